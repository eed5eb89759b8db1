/** The kinds of devices that this surface knows. */
export const deviceKinds = ['ios', 'android', 'web', 'node'] as const;
