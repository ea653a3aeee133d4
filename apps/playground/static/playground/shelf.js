/* One value in IndexedDB, which is written whole: rows, outbox and checkpoint never drift apart. */

const VALUES = "values";

const answered = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
});

export class Shelf {
    static async opened(key) {
        const request = indexedDB.open("playground", 1);
        request.onupgradeneeded = () => request.result.createObjectStore(VALUES);
        return Object.assign(new Shelf(), { key, database: await answered(request) });
    }

    read() {
        return answered(this.database.transaction(VALUES).objectStore(VALUES).get(this.key));
    }

    write(value) {
        const transaction = this.database.transaction(VALUES, "readwrite");
        transaction.objectStore(VALUES).put(value, this.key);
        return new Promise((resolve, reject) => {
            transaction.oncomplete = resolve;
            transaction.onabort = () => reject(transaction.error);
        });
    }
}
