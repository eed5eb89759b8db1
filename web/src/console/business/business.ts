/** The business as the API tells it, as far as it is set up here. */
export interface Business {
  uuid: string;
  domain: string;
  name: string;
  createdAt: number;
  defaultQueue?: string;
  settings: {
    lang?: string;
    /** Absent: UTC. */
    timeZone?: string;
    sessionHours?: number;
    agentSeats?: number;
    agentsSee?: 'all' | 'own';
    endUsers?: EndUsers;
  };
}

export interface EndUsers {
  bots?: boolean;
  visitors?: boolean;
  signedVisitors?: boolean;
  secureMode?: boolean;
  dailyReads?: number;
  tokenDays?: number;
}

/** What holds while nobody has said anything else. */
export const defaults = {
  sessionHours: 24,
  agentSeats: 0,
  agentsSee: 'all',
  bots: true,
  visitors: true,
  signedVisitors: false,
  secureMode: false,
  dailyReads: 0,
  tokenDays: 30,
} as const;
