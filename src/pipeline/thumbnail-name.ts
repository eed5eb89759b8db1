/** Under what the small picture of a file lies beside it. */
export function thumbnailName(id: string): string {
  return `${id}.thumbnail`;
}
