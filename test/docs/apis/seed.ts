import type { Item } from './example.js';

const createdAt = '2024-05-01T08:00:00Z';

/** What is in the example API when a block begins. */
export const seed = (): Record<string, Item[]> => ({
  widgets: [
    { id: '1', name: 'Gear', color: 'red', tags: ['steel'], createdAt },
    { id: '2', name: 'Wheel', color: 'red', tags: [], createdAt },
    { id: '3', name: 'Spring', color: 'blue', tags: ['steel'], createdAt },
  ],
  charges: [
    { id: 'ch_1', amount: 12 },
    { id: 'ch_2', amount: 7 },
    { id: 'ch_3', amount: 30 },
  ],
  issues: [
    { id: '1', title: 'Slow start' },
    { id: '2', title: 'Wrong total' },
    { id: '3', title: 'Typo' },
  ],
  words: ['apple', 'avocado', 'berry', 'cherry'].map((text) => ({ id: text, text })),
  tickets: [
    { id: 't1', title: 'Fire in the kitchen', state: 'open', label: 'urgent', createdAt },
    { id: 't2', title: 'Water', state: 'open', label: 'later', createdAt },
    { id: 't3', title: 'Fire drill', state: 'open', label: 'urgent', createdAt },
    { id: 't4', title: 'Broken window', state: 'closed', label: 'urgent', createdAt },
  ],
  parcels: [
    { id: 'p1', weight: 2.5 },
    { id: 'p2', weight: -1 },
    { id: 'p3', weight: 12 },
  ],
  notes: [{ id: 'n1', text: 'Buy bread', tags: [] }],
  users: [
    { id: 'u1', name: 'Ada' },
    { id: 'u2', name: 'Grace' },
  ],
  profiles: [{ id: 'f1', userId: 'u1', bio: 'Writes programs.' }],
  posts: [
    { id: 'p1', title: 'On engines', authorId: 'u1', state: 'public' },
    { id: 'p2', title: 'On notes', authorId: 'u1', state: 'draft' },
  ],
  comments: [
    { id: 'c1', text: 'First', postId: 'p1', editorId: null, state: 'open' },
    { id: 'c2', text: 'Well said', postId: 'p1', editorId: 'u2', state: 'open' },
    { id: 'c3', text: 'Unclear', postId: 'p2', editorId: null, state: 'closed' },
  ],
});
