/** A tag as the API tells it. */
export interface Tag {
  id: number;
  name: string;
  colour?: string;
  description?: string;
  createdAt: number;
  updatedAt: number;
}
