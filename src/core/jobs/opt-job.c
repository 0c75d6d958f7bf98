/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-job.h"

#include <string.h>

#include "opt-id.h"
#include "opt-job-error.h"
#include "opt-job-private.h"
#include "opt-json-writer.h"
#include "opt-json.h"

G_DEFINE_QUARK (opt_job_error_quark, opt_job_error)
G_DEFINE_BOXED_TYPE (OptJob, opt_job, opt_job_ref, opt_job_unref)

static const char *const state_words[] = {
  [OPT_JOB_QUEUED] = "queued",
  [OPT_JOB_STARTING] = "starting",
  [OPT_JOB_RUNNING] = "running",
  [OPT_JOB_STOPPING] = "stopping",
  [OPT_JOB_SUCCEEDED] = "succeeded",
  [OPT_JOB_FAILED] = "failed",
  [OPT_JOB_CANCELLED] = "cancelled",
  [OPT_JOB_TIMED_OUT] = "timed-out",
  [OPT_JOB_LOST] = "lost",
};
G_STATIC_ASSERT (G_N_ELEMENTS (state_words) == OPT_N_JOB_STATES);

/**
 * opt_job_state_to_string:
 * @state: a state
 *
 * Names a state as it is stored and printed.
 *
 * Returns: (transfer none): one word
 */
const char *
opt_job_state_to_string (OptJobState state)
{
  g_return_val_if_fail ((guint)state < OPT_N_JOB_STATES, NULL);

  return state_words[state];
}

/**
 * opt_job_state_from_string:
 * @text: (nullable): any text
 * @state: (out): the state, untouched when there is none
 *
 * Reads the word of a state; case matters.
 *
 * Returns: whether it is one
 */
gboolean
opt_job_state_from_string (const char  *text,
                           OptJobState *state)
{
  g_return_val_if_fail (state != NULL, FALSE);

  for (guint i = 0; text != NULL && i < OPT_N_JOB_STATES; i++)
    if (strcmp (text, state_words[i]) == 0)
      {
        *state = (OptJobState)i;
        return TRUE;
      }
  return FALSE;
}

/**
 * opt_job_state_is_end:
 * @state: a state
 *
 * Tells whether a job in this state is over; it never leaves such a state.
 *
 * Returns: whether it is
 */
gboolean
opt_job_state_is_end (OptJobState state)
{
  return state >= OPT_JOB_SUCCEEDED;
}

/**
 * opt_job_origin_new:
 * @kind: telegram, cli, launcher, schedule, bus or rest
 *
 * Makes an origin of which nothing but the kind is known.
 *
 * Returns: (transfer full): an origin, to be filled in
 */
OptJobOrigin *
opt_job_origin_new (const char *kind)
{
  OptJobOrigin *self;

  g_return_val_if_fail (kind != NULL, NULL);

  self = g_new0 (OptJobOrigin, 1);
  self->kind = g_strdup (kind);
  return self;
}

/**
 * opt_job_origin_copy:
 * @self: (nullable): an origin
 *
 * Copies an origin.
 *
 * Returns: (transfer full) (nullable): a copy, NULL of NULL
 */
OptJobOrigin *
opt_job_origin_copy (const OptJobOrigin *self)
{
  OptJobOrigin *copy;

  if (self == NULL)
    return NULL;
  copy = g_memdup2 (self, sizeof *self);
  copy->kind = g_strdup (self->kind);
  copy->key = g_strdup (self->key);
  copy->bot = g_strdup (self->bot);
  copy->chat = g_strdup (self->chat);
  return copy;
}

/**
 * opt_job_origin_free:
 * @self: (nullable) (transfer full): an origin
 *
 * Frees an origin.
 */
void
opt_job_origin_free (OptJobOrigin *self)
{
  if (self == NULL)
    return;
  g_free (self->kind);
  g_free (self->key);
  g_free (self->bot);
  g_free (self->chat);
  g_free (self);
}

static void
opt_job_clear (gpointer data)
{
  OptJob *self = data;

  g_free (self->id);
  g_free (self->task);
  g_free (self->robot);
  g_free (self->reason);
  opt_job_origin_free (self->origin);
  g_clear_pointer (&self->parameters, g_hash_table_unref);
  g_free (self->progress);
  g_free (self->log_file);
  g_free (self->output);
  g_free (self->notify_on);
}

OptJob *
opt_job_new (void)
{
  OptJob *self = g_atomic_rc_box_new0 (OptJob);

  self->exit_code = -1;
  self->percent = -1;
  return self;
}

/* Parameters are never changed once they are in a job, so copies share them. */
OptJob *
opt_job_copy (const OptJob *self)
{
  OptJob *copy = g_atomic_rc_box_dup (sizeof *self, (OptJob *)self);

  copy->id = g_strdup (self->id);
  copy->task = g_strdup (self->task);
  copy->robot = g_strdup (self->robot);
  copy->reason = g_strdup (self->reason);
  copy->origin = opt_job_origin_copy (self->origin);
  copy->parameters = self->parameters != NULL ? g_hash_table_ref (self->parameters) : NULL;
  copy->progress = g_strdup (self->progress);
  copy->log_file = g_strdup (self->log_file);
  copy->output = g_strdup (self->output);
  copy->notify_on = g_strdup (self->notify_on);
  return copy;
}

/**
 * opt_job_ref:
 * @self: a job
 *
 * Takes a reference, on any thread.
 *
 * Returns: (transfer full): @self
 */
OptJob *
opt_job_ref (OptJob *self)
{
  return g_atomic_rc_box_acquire (self);
}

/**
 * opt_job_unref:
 * @self: (transfer full): a job
 *
 * Drops a reference, on any thread.
 */
void
opt_job_unref (OptJob *self)
{
  g_atomic_rc_box_release_full (self, opt_job_clear);
}

char *
opt_job_parameters_to_text (GHashTable *parameters)
{
  g_auto (OptJsonWriter) writer = { NULL, FALSE };
  g_autoptr (GList) names = NULL;

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  if (parameters != NULL)
    names = g_list_sort (g_hash_table_get_keys (parameters), (GCompareFunc)strcmp);
  for (GList *name = names; name != NULL; name = name->next)
    opt_json_writer_add_string (&writer, name->data,
                                g_hash_table_lookup (parameters, name->data));
  opt_json_writer_close_object (&writer);
  return opt_json_writer_end (&writer);
}

static GHashTable *
new_parameters (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

GHashTable *
opt_job_parameters_from_text (const char *text)
{
  GHashTable *parameters = new_parameters ();
  JsonObject *object = NULL;
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GList) names = NULL;

  if (text == NULL || strcmp (text, "{}") == 0)
    return parameters;
  node = opt_json_parse_object (text, -1, &object, NULL);
  if (node == NULL)
    return parameters;
  names = json_object_get_members (object);
  for (GList *name = names; name != NULL; name = name->next)
    {
      const char *value = opt_json_get_string (object, name->data);

      if (value != NULL)
        g_hash_table_insert (parameters, g_strdup (name->data), g_strdup (value));
    }
  return parameters;
}

GHashTable *
opt_job_parameters_copy (GHashTable *parameters)
{
  GHashTable    *copy = new_parameters ();
  GHashTableIter iter;
  gpointer       name, value;

  if (parameters == NULL)
    return copy;
  g_hash_table_iter_init (&iter, parameters);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_hash_table_insert (copy, g_strdup (name), g_strdup (value));
  return copy;
}

gboolean
opt_job_ref_parse (OptJobRef  *self,
                   const char *text,
                   GError    **error)
{
  gint64 number;

  *self = (OptJobRef){ 0 };
  if (opt_id_is_uuid (text))
    {
      for (guint i = 0; i < 36; i++)
        self->id[i] = g_ascii_tolower (text[i]);
      return TRUE;
    }
  if (text != NULL &&
      g_ascii_string_to_signed (text[0] == '#' ? text + 1 : text, 10, 1, G_MAXINT64, &number, NULL))
    {
      self->number = number;
      return TRUE;
    }
  g_set_error (error, OPT_JOB_ERROR, OPT_JOB_ERROR_UNKNOWN,
               "there is no job “%.64s”: give its number, such as 17 or #17, or its id",
               text != NULL && g_utf8_validate (text, -1, NULL) ? text : "?");
  return FALSE;
}
