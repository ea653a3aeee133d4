// A phone's client on top of the types that openapi-typescript makes of our OpenAPI document.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema";

type Building = components["schemas"]["BuildingOut"];

const client = createClient<paths>({ baseUrl: "http://127.0.0.1" });

export async function namesOfBuildings(): Promise<string[]> {
  const { data, error } = await client.GET("/api/v1/buildings/", {
    params: { query: { limit: 50 } },
  });
  if (error) throw new Error(`${error.code}: ${error.detail} (${error.request_id})`);
  return data.items.map((building: Building) => building.name);
}

export async function report(building: string, title: string): Promise<string> {
  const { data, error } = await client.POST("/api/v1/buildings/{building_id}/requests/", {
    params: { path: { building_id: building } },
    body: { title, priority: "urgent" },
  });
  if (error) throw new Error(error.errors.map((each) => each.field).join());
  return data.id;
}
