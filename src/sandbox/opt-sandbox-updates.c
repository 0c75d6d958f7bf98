/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-updates.h"

#include <string.h>

#include "opt-sandbox-json.h"

/* A reply is cut here, as the server does. */
#define REPLY_BYTES_MAX        (1 << 22)
#define REPLY_BYTES_PER_UPDATE 50

static const char *const names[] = {
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "inline_query",
  "chosen_inline_result",
  "callback_query",
  "shipping_query",
  "pre_checkout_query",
  "poll",
  "poll_answer",
  "my_chat_member",
  "chat_member",
  "chat_join_request",
  "message_reaction",
  "message_reaction_count",
};

#define ALLOWED_BY_DEFAULT                         \
  (((1u << G_N_ELEMENTS (names)) - 1) &            \
   ~((1u << OPT_SANDBOX_UPDATE_CHAT_MEMBER) |      \
     (1u << OPT_SANDBOX_UPDATE_MESSAGE_REACTION) | \
     (1u << OPT_SANDBOX_UPDATE_MESSAGE_REACTION_COUNT)))

typedef struct
{
  gint32               id;
  OptSandboxUpdateKind kind;
  gsize                length;
  char                 json[];
} Update;

struct _OptSandboxUpdates
{
  GQueue queue; /* of Update (owned) */
  gint32 next_id;
  gint64 offset;
  guint  allowed;
};

/**
 * opt_sandbox_updates_new:
 *
 * The queue of one bot's updates: getUpdates reads it and confirms by the offset.
 *
 * Returns: (transfer full): an empty queue; ids start at a random positive number
 */
OptSandboxUpdates *
opt_sandbox_updates_new (void)
{
  OptSandboxUpdates *self = g_new0 (OptSandboxUpdates, 1);

  g_queue_init (&self->queue);
  self->next_id = g_random_int_range (100000000, 900000000);
  self->allowed = ALLOWED_BY_DEFAULT;
  return self;
}

void
opt_sandbox_updates_free (OptSandboxUpdates *self)
{
  g_queue_clear_full (&self->queue, g_free);
  g_free (self);
}

/**
 * opt_sandbox_updates_push:
 * @self: a queue
 * @kind: what the update tells of
 * @json: the object it carries
 * @length: bytes of @json
 *
 * Queues an update, unless the bot did not ask for its kind or the queue is full.
 *
 * Returns: its id, or 0 if it was dropped
 */
gint32
opt_sandbox_updates_push (OptSandboxUpdates   *self,
                          OptSandboxUpdateKind kind,
                          const char          *json,
                          gsize                length)
{
  Update *update;

  if ((self->allowed & (1u << kind)) == 0 || self->queue.length >= OPT_SANDBOX_UPDATES_MAX ||
      length > OPT_SANDBOX_UPDATE_BYTES_MAX)
    return 0;

  update = g_malloc (sizeof (Update) + length);
  update->id = self->next_id++;
  update->kind = kind;
  update->length = length;
  memcpy (update->json, json, length);
  g_queue_push_tail (&self->queue, update);
  return update->id;
}

static gint32
get_head (OptSandboxUpdates *self)
{
  Update *update = g_queue_peek_head (&self->queue);

  return update != NULL ? update->id : self->next_id;
}

/**
 * opt_sandbox_updates_confirm:
 * @self: a queue
 * @offset: as given to getUpdates
 *
 * Forgets what the offset confirms: all below it, or all but the newest if it is negative.
 * An offset that cannot be meant is ignored.
 */
void
opt_sandbox_updates_confirm (OptSandboxUpdates *self,
                             gint64             offset)
{
  if (offset < 0)
    {
      while (self->queue.length > -offset)
        g_free (g_queue_pop_head (&self->queue));
      return;
    }
  if (offset == 0 || offset > (gint64)self->next_id + 10 ||
      offset < (gint64)get_head (self) - OPT_SANDBOX_UPDATES_MAX)
    return;

  self->offset = offset;
  while (self->queue.length > 0 && get_head (self) < offset)
    g_free (g_queue_pop_head (&self->queue));
}

/**
 * opt_sandbox_updates_add_to_json:
 * @self: a queue
 * @out: where to write
 * @limit: how many at most
 *
 * Writes the oldest updates as an array.
 *
 * Returns: how many there were
 */
guint
opt_sandbox_updates_add_to_json (OptSandboxUpdates *self,
                                 GString           *out,
                                 guint              limit)
{
  guint count = 0;
  gsize left = REPLY_BYTES_MAX;

  g_string_append_c (out, '[');
  for (GList *at = self->queue.head; at != NULL && count < limit; at = at->next)
    {
      Update *update = at->data;
      gsize   needed = update->length + REPLY_BYTES_PER_UPDATE;

      if (needed >= left)
        break;
      left -= needed;
      g_string_append (out, count++ > 0 ? ",{\"update_id\":" : "{\"update_id\":");
      opt_sandbox_json_add_int (out, update->id);
      g_string_append_len (out, ",\"", 2);
      g_string_append (out, names[update->kind]);
      g_string_append_len (out, "\":", 2);
      g_string_append_len (out, update->json, (gssize)update->length);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');

  return count;
}

/**
 * opt_sandbox_updates_clear:
 * @self: a queue
 *
 * Drops all pending updates.
 */
void
opt_sandbox_updates_clear (OptSandboxUpdates *self)
{
  g_queue_clear_full (&self->queue, g_free);
}

/**
 * opt_sandbox_updates_get_count:
 * @self: a queue
 *
 * Returns: how many updates are not confirmed
 */
guint
opt_sandbox_updates_get_count (OptSandboxUpdates *self)
{
  return self->queue.length;
}

/**
 * opt_sandbox_updates_get_offset:
 * @self: a queue
 *
 * Returns: the newest positive offset that confirmed, or 0
 */
gint64
opt_sandbox_updates_get_offset (OptSandboxUpdates *self)
{
  return self->offset;
}

/**
 * opt_sandbox_updates_allow:
 * @self: a queue
 * @names_given: names of kinds
 *
 * Queues only these kinds from now on; no known name means the default. What is queued
 * already stays.
 */
void
opt_sandbox_updates_allow (OptSandboxUpdates *self,
                           JsonArray         *names_given)
{
  guint allowed = 0;

  for (guint i = 0; i < json_array_get_length (names_given); i++)
    {
      JsonNode *node = json_array_get_element (names_given, i);

      for (guint kind = 0; kind < G_N_ELEMENTS (names); kind++)
        {
          if (JSON_NODE_HOLDS_VALUE (node) &&
              g_strcmp0 (json_node_get_string (node), names[kind]) == 0)
            allowed |= 1u << kind;
        }
    }

  self->allowed = allowed != 0 ? allowed : ALLOWED_BY_DEFAULT;
}

/**
 * opt_sandbox_updates_add_allowed_to_json:
 * @self: a queue
 * @out: where to write
 *
 * Writes the names of the allowed kinds as an array, unless they are the default.
 *
 * Returns: whether something was written
 */
gboolean
opt_sandbox_updates_add_allowed_to_json (OptSandboxUpdates *self,
                                         GString           *out)
{
  const char *comma = "";

  if (self->allowed == ALLOWED_BY_DEFAULT)
    return FALSE;

  g_string_append_c (out, '[');
  for (guint kind = 0; kind < G_N_ELEMENTS (names); kind++)
    {
      if ((self->allowed & (1u << kind)) == 0)
        continue;
      g_string_append_printf (out, "%s\"%s\"", comma, names[kind]);
      comma = ",";
    }
  g_string_append_c (out, ']');

  return TRUE;
}
