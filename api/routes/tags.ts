import { refusal } from '../../kernel/refusal.ts';
import type { TagId } from '../../kernel/brand.ts';
import type { Tag } from '../../store/rows.ts';
import { listed, scopeOf } from '../lists.ts';
import { answer, NOT_FOUND, type Serve } from '../operation.ts';
import { CONFLICT, dates, datesJson, deleted, idOf, replaced, stored } from '../shelving.ts';

export const createTag: Serve<'createTag'> = async (ask, desk) => {
  const { customer_id, body } = ask;
  if ((await desk.customer(customer_id)) === null)
    return { refused: refusal('not_found', 'customer_id') };
  const id = idOf(ask, 'tag') as TagId;
  const { name, detail } = body;
  const row: Tag = { id, customer_id, name, detail, ...dates(desk) };
  return stored(desk.store.shelves.tags, row, tagJson);
};

export const listTags: Serve<'listTags'> = (ask, { store }) =>
  listed(ask.query, (page) => store.shelves.tags.list(scopeOf(ask), {}, page), tagJson);

export const getTag: Serve<'getTag'> = async (ask, { store }) => {
  const tag = await store.shelves.tags.get(scopeOf(ask), ask.id);
  return tag === null ? NOT_FOUND : answer(tagJson(tag));
};

export const replaceTag: Serve<'replaceTag'> = async (ask, desk) => {
  const { tags } = desk.store.shelves;
  const tag = await tags.get(scopeOf(ask), ask.id);
  if (tag === null) return NOT_FOUND;
  const { name, detail } = ask.body;
  const row = await replaced(tags, { ...tag, name, detail }, desk);
  return row === null ? CONFLICT : answer(tagJson(row));
};

export const deleteTag: Serve<'deleteTag'> = async (ask, desk) => {
  const row = await deleted(desk.store.shelves.tags, scopeOf(ask), { id: ask.id, desk });
  return row === null ? NOT_FOUND : answer(tagJson(row));
};

function tagJson(tag: Tag): object {
  const { id, customer_id, name, detail } = tag;
  return { id, customer_id, name, detail, ...datesJson(tag) };
}
