// Tests listen with what simulators listen with.
export * from '../../sim/http.ts';
