// What an app has of its own, as the samples of docs/how-to use it.
declare const account: {
  freshAccessToken(): Promise<string | null>;
  signInAgain(): void;
};
declare const building: string;
declare function uuid(): string;
declare function handle(data: unknown): void;
declare function loadFromTheApi(): void;
declare function show(user: string, isHere: boolean): void;
declare function showAll(users: string[]): void;

declare module "react-native" {
  type State = "active" | "background" | "inactive";
  export const AppState: {
    currentState: State;
    addEventListener(event: "change", listener: (state: State) => void): { remove(): void };
  };
}
