/**
 * Files that wait to be sent, kept over a reload. Where there is no database they last as long as the page. The inbox of
 * the same server has a database of its own, called otherwise.
 */
const memory = new Map<string, File>();

/** Keeps a file under the id of its message; `lasting`: also over a reload. */
export async function keepFile(cid: string, file: File, lasting: boolean): Promise<void> {
  memory.set(cid, file);
  if (!lasting) return;
  await inStore('readwrite', (store) => store.put(file, cid)).catch(() => {});
}

/** The file of a message; undefined: it is gone. */
export async function fileOf(cid: string): Promise<File | undefined> {
  return (
    memory.get(cid) ?? inStore<File | undefined>('readonly', (store) => store.get(cid)).catch(() => undefined)
  );
}

export async function dropFile(cid: string): Promise<void> {
  memory.delete(cid);
  await inStore('readwrite', (store) => store.delete(cid)).catch(() => {});
}

function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  return new Promise((done, fail) => {
    const opening = indexedDB.open('parley-chat', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('files');
    opening.onerror = fail;
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction('files', mode);
      const asked = work(transaction.objectStore('files'));
      transaction.oncomplete = () => {
        database.close();
        done(asked.result as T);
      };
      transaction.onerror = fail;
    };
  });
}
