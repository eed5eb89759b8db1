import { lazy } from 'react';

export const Settings = lazy(() => import('./settings.tsx'));
