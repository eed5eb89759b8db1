/**
 * PostgreSQL for a small machine whose work is a queue: few connections, many short transactions, rows
 * that are written several times and read once. Durable: an acknowledged write survives a power cut.
 */
const defaults: Readonly<Record<string, string>> = {
  max_connections: '60',
  shared_buffers: '128MB',
  effective_cache_size: '512MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  random_page_cost: '1.1',
  // Parallel plans and compiled expressions take the second core from Parley for nothing.
  max_parallel_workers_per_gather: '0',
  max_worker_processes: '4',
  jit: 'off',
  // Of no use to so small a cache, and three processes fewer.
  io_method: 'sync',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_compression: 'on',
  wal_buffers: '16MB',
  min_wal_size: '192MB',
  max_wal_size: '2GB',
  max_wal_senders: '3',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  // Rows of a queue die within seconds: clean up often and in small pieces.
  autovacuum_naptime: '10s',
  autovacuum_max_workers: '2',
  autovacuum_vacuum_threshold: '500',
  autovacuum_vacuum_scale_factor: '0.02',
  autovacuum_vacuum_insert_scale_factor: '0.05',
  autovacuum_analyze_threshold: '500',
  autovacuum_analyze_scale_factor: '0.02',
  autovacuum_vacuum_cost_limit: '1000',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  datestyle: "'iso, mdy'",
  default_text_search_config: "'pg_catalog.simple'",
  // Failing statements are told to who sent them; in the log they would be a copy of customers' data.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  log_line_prefix: "'%m '",
};

/** The text of postgresql.conf; `settings` win over Parley's own. */
export function configuration(settings: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ ...defaults, ...settings }).map(
    ([name, value]) => `${name} = ${quoted(value)}`,
  );
  return `# Written by Parley at every start.\nlisten_addresses = '127.0.0.1'\n${lines.join('\n')}\n`;
}

/** Access by password only, from this machine only. */
export const accessRules = [
  '# Written by Parley at every start.',
  'local all all scram-sha-256',
  'host all all 127.0.0.1/32 scram-sha-256',
  '',
].join('\n');

function quoted(value: string): string {
  return value.startsWith("'") ? value : `'${value.replaceAll("'", "''")}'`;
}
