import type { Item } from './example.js';

const created = (day: number): string => `2024-05-${String(day).padStart(2, '0')}T08:00:00Z`;

/** What is in the example API when a block begins. */
export const seed = (): Record<string, Item[]> => ({
  widgets: [
    { id: '1', name: 'Gear', color: 'red', tags: ['steel'], createdAt: created(1) },
    { id: '2', name: 'Wheel', color: 'red', tags: [], createdAt: created(2) },
    { id: '3', name: 'Spring', color: 'blue', tags: ['steel'], createdAt: created(3) },
  ],
});
