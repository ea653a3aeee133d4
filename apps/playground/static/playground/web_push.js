/* Web Push as a browser does it: keys of its own, and bodies that only it can read (RFC 8291). */

const SALT_BYTES = 16;
const LAST_RECORD = 2;
const text = new TextEncoder();

export const toBase64Url = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export const fromBase64Url = (words) =>
    Uint8Array.from(atob(words.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

/* What a browser keeps of a subscription, and what it tells the app's server of it. */
export async function newKeys() {
    const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
    const publicBytes = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const auth = crypto.getRandomValues(new Uint8Array(16));
    return { pair, publicBytes, auth, p256dh: toBase64Url(publicBytes), secret: toBase64Url(auth) };
}

/* Return the text in a body with Content-Encoding aes128gcm (RFC 8188), of one record. */
export async function decrypted(body, keys) {
    const salt = body.slice(0, SALT_BYTES);
    const idLength = body[SALT_BYTES + 4];
    const header = SALT_BYTES + 5 + idLength;
    const theirBytes = body.slice(SALT_BYTES + 5, header);
    const theirs = await crypto.subtle.importKey("raw", theirBytes, { name: "ECDH", namedCurve: "P-256" }, false, []);
    const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, keys.pair.privateKey, 256);
    const material = await derive(shared, keys.auth, joined(text.encode("WebPush: info\0"), keys.publicBytes, theirBytes), 32);
    const key = await derive(material, salt, text.encode("Content-Encoding: aes128gcm\0"), 16);
    const nonce = await derive(material, salt, text.encode("Content-Encoding: nonce\0"), 12);
    const secret = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
    const plain = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, secret, body.slice(header)));
    return new TextDecoder().decode(plain.slice(0, plain.lastIndexOf(LAST_RECORD)));
}

async function derive(secret, salt, info, length) {
    const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
    return crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info }, key, length * 8);
}

function joined(...parts) {
    return Uint8Array.from(parts.flatMap((part) => [...part]));
}
