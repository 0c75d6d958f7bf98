/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-journal.h"

#include "opt-sandbox-json.h"
#include "opt-sandbox-typed.h"

typedef struct
{
  guint64          n;
  OptSandboxRecord record;
} Entry;

struct _OptSandboxJournal
{
  GQueue      entries; /* of Entry (owned) */
  guint64     last;
  guint64     last_sent;
  gsize       bytes;
  GHashTable *counts; /* (owned): static method name to GUINT */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  opt_sandbox_params_free (entry->record.params);
  g_clear_pointer (&entry->record.response, g_bytes_unref);
  g_free (entry->record.error);
  g_free (entry);
}

/**
 * opt_sandbox_journal_new:
 *
 * The journal of a bot's calls, in the order they were handled. It keeps what came and went
 * as it was, and is rendered when somebody asks.
 *
 * Returns: (transfer full): an empty journal
 */
OptSandboxJournal *
opt_sandbox_journal_new (void)
{
  OptSandboxJournal *self = g_new0 (OptSandboxJournal, 1);

  g_queue_init (&self->entries);
  self->counts = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
opt_sandbox_journal_free (OptSandboxJournal *self)
{
  g_queue_clear_full (&self->entries, entry_free);
  g_hash_table_unref (self->counts);
  g_free (self);
}

static gsize
get_bytes (const OptSandboxRecord *record)
{
  return sizeof (Entry) + opt_sandbox_params_get_bytes (record->params) +
         (record->response != NULL ? g_bytes_get_size (record->response) : 0);
}

/**
 * opt_sandbox_journal_add:
 * @self: a journal
 * @record: a call
 *
 * Writes a call down under the next number.
 */
void
opt_sandbox_journal_add (OptSandboxJournal      *self,
                         const OptSandboxRecord *record)
{
  Entry *entry = g_new (Entry, 1);
  guint  count = GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, record->method));

  entry->n = ++self->last;
  entry->record = *record;
  opt_sandbox_params_forget_content (record->params);
  if (record->is_sent)
    self->last_sent = entry->n;
  self->bytes += get_bytes (record);
  g_queue_push_tail (&self->entries, entry);
  g_hash_table_insert (self->counts, (gpointer)record->method, GUINT_TO_POINTER (count + 1));

  while (self->entries.length > OPT_SANDBOX_JOURNAL_CALLS_MAX ||
         (self->bytes > OPT_SANDBOX_JOURNAL_BYTES_MAX && self->entries.length > 1))
    {
      Entry *oldest = g_queue_pop_head (&self->entries);

      self->bytes -= get_bytes (&oldest->record);
      entry_free (oldest);
    }
}

/**
 * opt_sandbox_journal_get_last:
 * @self: a journal
 * @is_sent: whether to look at what `/sent` shows only
 *
 * Returns: the newest number, or 0
 */
guint64
opt_sandbox_journal_get_last (OptSandboxJournal *self,
                              gboolean           is_sent)
{
  return is_sent ? self->last_sent : self->last;
}

static void
add_time (GString *out,
          gint64   wall)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (wall / G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");

  g_string_append_printf (out, "\"%s.%03dZ\"", text, (int)(wall % G_USEC_PER_SEC / 1000));
}

static void
add_entry (GString     *out,
           const Entry *entry)
{
  const OptSandboxRecord *record = &entry->record;

  g_string_append (out, "{\"n\":");
  opt_sandbox_json_add_int (out, (gint64)entry->n);
  g_string_append (out, ",\"at\":");
  add_time (out, record->wall);
  g_string_append (out, ",\"method\":");
  opt_sandbox_json_add_string (out, record->method, -1);
  g_string_append (out, ",\"params\":");
  opt_sandbox_typed_add_params (out, record->params);
  g_string_append (out, ",\"status\":");
  if (record->status != 0)
    opt_sandbox_json_add_int (out, record->status);
  else
    g_string_append (out, "null");
  g_string_append (out, ",\"result\":");
  if (record->result_length > 0)
    g_string_append_len (
      out, (const char *)g_bytes_get_data (record->response, NULL) + record->result_offset,
      (gssize)record->result_length);
  else
    g_string_append (out, "null");
  g_string_append (out, ",\"error\":");
  if (record->error != NULL)
    opt_sandbox_json_add_string (out, record->error, -1);
  else
    g_string_append (out, "null");
  g_string_append_c (out, '}');
}

/**
 * opt_sandbox_journal_add_to_json:
 * @self: a journal
 * @out: where to write
 * @is_sent: whether to write what `/sent` shows only
 * @after: the number to begin behind
 *
 * Writes `{last, calls}`.
 */
void
opt_sandbox_journal_add_to_json (OptSandboxJournal *self,
                                 GString           *out,
                                 gboolean           is_sent,
                                 guint64            after)
{
  GList      *first = NULL;
  const char *comma = "";

  for (GList *at = self->entries.tail; at != NULL && ((Entry *)at->data)->n > after; at = at->prev)
    first = at;

  g_string_append (out, "{\"last\":");
  opt_sandbox_json_add_int (out, (gint64)opt_sandbox_journal_get_last (self, is_sent));
  g_string_append (out, ",\"calls\":[");
  for (GList *at = first; at != NULL; at = at->next)
    {
      Entry *entry = at->data;

      if (is_sent && !entry->record.is_sent)
        continue;
      g_string_append (out, comma);
      add_entry (out, entry);
      comma = ",\n";
    }
  g_string_append (out, "]}");
}

/**
 * opt_sandbox_journal_add_counts_to_json:
 * @self: a journal
 * @out: where to write
 *
 * Writes how often each method was called, as an object.
 */
void
opt_sandbox_journal_add_counts_to_json (OptSandboxJournal *self,
                                        GString           *out)
{
  GHashTableIter iter;
  gpointer       method;
  gpointer       count;
  const char    *comma = "";

  g_string_append_c (out, '{');
  g_hash_table_iter_init (&iter, self->counts);
  while (g_hash_table_iter_next (&iter, &method, &count))
    {
      g_string_append (out, comma);
      opt_sandbox_json_add_string (out, method, -1);
      g_string_append_c (out, ':');
      opt_sandbox_json_add_int (out, GPOINTER_TO_UINT (count));
      comma = ",";
    }
  g_string_append_c (out, '}');
}
