/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-list-query.h"

#include <string.h>

#include "opt-clock.h"
#include "opt-id.h"
#include "opt-json-writer.h"
#include "opt-name-guess.h"
#include "opt-plain.h"

#define WORDS_MAX 12
#define SHOWN_MAX 40

#define BIT(state) (1u << OPT_JOB_##state)
#define ACTIVE     (BIT (QUEUED) | BIT (STARTING) | BIT (RUNNING) | BIT (STOPPING))
#define ENDED      (BIT (SUCCEEDED) | BIT (FAILED) | BIT (CANCELLED) | BIT (TIMED_OUT) | BIT (LOST))

/* The states' own words, those of the bus, and what people say. */
static const struct
{
  const char *word;
  guint       states;
} state_words[] = {
  { "queued", BIT (QUEUED) },
  { "waiting", BIT (QUEUED) },
  { "pending", BIT (QUEUED) },
  { "held", OPT_LIST_HELD },
  { "starting", BIT (STARTING) },
  { "start", BIT (STARTING) },
  { "running", BIT (STARTING) | BIT (RUNNING) | BIT (STOPPING) },
  { "process", BIT (STARTING) | BIT (RUNNING) | BIT (STOPPING) },
  { "stopping", BIT (STOPPING) },
  { "succeeded", BIT (SUCCEEDED) },
  { "success", BIT (SUCCEEDED) },
  { "complete", BIT (SUCCEEDED) },
  { "completed", BIT (SUCCEEDED) },
  { "ok", BIT (SUCCEEDED) },
  { "failed", BIT (FAILED) },
  { "fail", BIT (FAILED) },
  { "cancelled", BIT (CANCELLED) },
  { "canceled", BIT (CANCELLED) },
  { "timed-out", BIT (TIMED_OUT) },
  { "timeout", BIT (TIMED_OUT) },
  { "lost", BIT (LOST) },
  { "active", ACTIVE },
  { "ended", ENDED },
  { "done", ENDED },
};

static gboolean
read_state (OptListQuery *self,
            const char   *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (state_words); i++)
    if (g_ascii_strcasecmp (state_words[i].word, word) == 0)
      {
        self->states |= state_words[i].states;
        return TRUE;
      }
  return FALSE;
}

/* `30m`, `24h`, `7d`, or a bare number of jobs. */
static gboolean
read_number (OptListQuery *self,
             const char   *word,
             gint64        now)
{
  static const struct
  {
    const char *unit;
    gint64      seconds;
  } units[] = {
    { "s", 1 },
    { "m", 60 },
    { "min", 60 },
    { "h", 3600 },
    { "d", 86400 },
    { "w", 604800 },
  };
  gsize            digits = strspn (word, "0123456789");
  g_autofree char *number = g_strndup (word, digits);
  guint64          value = 0;

  if (!g_ascii_string_to_unsigned (number, 10, 1, 100000, &value, NULL))
    return FALSE;
  if (word[digits] == '\0')
    {
      self->count = (guint)MIN (value, OPT_LIST_COUNT_MAX);
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_ascii_strcasecmp (units[i].unit, word + digits) == 0)
      {
        self->since = MAX (1, now - (gint64)value * units[i].seconds * OPT_SECOND);
        return TRUE;
      }
  return FALSE;
}

static void
set_task (OptListQuery *self,
          const char   *id)
{
  g_free (self->task);
  self->task = g_strdup (id);
}

/* `report`, or `report.vm91` for the robot as well. */
static gboolean
read_task (OptListQuery *self,
           const char   *word,
           const char   *robot,
           OptCatalogue *catalogue)
{
  const char      *dot = strrchr (word, '.');
  g_autofree char *id = dot == NULL ? g_strdup (word) : g_strndup (word, dot - word);
  OptTask         *task;

  if (dot != NULL && !opt_name_equal (dot + 1, robot))
    return FALSE;
  task = catalogue == NULL || !opt_name_is_valid (id) ? NULL : opt_catalogue_find (catalogue, id);
  if (task == NULL)
    return FALSE;
  set_task (self, opt_task_get_id (task));
  self->robot_given = self->robot_given || dot != NULL;
  return TRUE;
}

static const char *
guess_word (const char   *word,
            const char   *robot,
            OptCatalogue *catalogue)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GPtrArray *tasks = catalogue == NULL ? NULL : opt_catalogue_get_tasks (catalogue);

  g_ptr_array_add (names, (gpointer)robot);
  for (guint i = 0; i < G_N_ELEMENTS (state_words); i++)
    g_ptr_array_add (names, (gpointer)state_words[i].word);
  for (guint i = 0; tasks != NULL && i < tasks->len; i++)
    g_ptr_array_add (names, (gpointer)opt_task_get_id (g_ptr_array_index (tasks, i)));
  return opt_name_guess (word, names);
}

static void
fail (const OptListQuery *self,
      const char         *word,
      const char         *robot,
      OptCatalogue       *catalogue,
      GError            **error)
{
  g_autofree char *shown = opt_plain_clean (word, SHOWN_MAX);
  const char      *guess = guess_word (word, robot, catalogue);

  if (guess != NULL)
    g_set_error (error, OPT_TASK_ERROR, OPT_TASK_ERROR_USAGE,
                 "there is no robot, state or task “%s”; did you mean %s?", shown, guess);
  else if (self->robot_given)
    g_set_error (error, OPT_TASK_ERROR, OPT_TASK_ERROR_USAGE,
                 "there is no state or task “%s”; name a state such as failed, an age such as 24h, "
                 "a task or a count",
                 shown);
  else
    g_set_error (error, OPT_TASK_ERROR, OPT_TASK_ERROR_UNKNOWN_ROBOT,
                 "this robot is %s and knows no robot “%s”", robot, shown);
}

static gboolean
read_word (OptListQuery *self,
           const char   *word,
           const char   *robot,
           OptCatalogue *catalogue,
           gint64        now)
{
  if (opt_name_equal (word, robot) || g_ascii_strcasecmp (word, "all") == 0 ||
      g_ascii_strcasecmp (word, "here") == 0)
    {
      self->robot_given = TRUE;
      return TRUE;
    }
  return read_state (self, word) || read_number (self, word, now) ||
         read_task (self, word, robot, catalogue);
}

/**
 * opt_list_query_parse:
 * @self: (out caller-allocates): the query
 * @text: such as `vm91 failed 24h`, in any order
 * @robot: the only robot there is
 * @catalogue: (nullable): the tasks there are
 * @now: when it was asked, microseconds since 1970
 * @error: return location
 *
 * Reads which jobs somebody wants to see. A robot wins over a state of the same name, a state over
 * a task.
 *
 * Returns: FALSE with an #OptTaskError that says which word is not understood
 */
gboolean
opt_list_query_parse (OptListQuery *self,
                      const char   *text,
                      const char   *robot,
                      OptCatalogue *catalogue,
                      gint64        now,
                      GError      **error)
{
  g_auto (OptListQuery) query = { 0 };
  g_autoptr (GString) words = g_string_new (NULL);
  g_auto (GStrv) parts = g_strsplit_set (text, " \t\n,", -1);
  guint       n_words = 0;
  const char *unknown = NULL;

  *self = (OptListQuery){ 0 };
  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (*parts[i] == '\0')
        continue;
      if (++n_words > WORDS_MAX)
        {
          g_set_error (error, OPT_TASK_ERROR, OPT_TASK_ERROR_USAGE, "these are too many words");
          return FALSE;
        }
      if (!read_word (&query, parts[i], robot, catalogue, now))
        unknown = unknown != NULL ? unknown : parts[i];
      else if (!opt_name_equal (parts[i], robot))
        g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", parts[i]);
    }
  if (unknown != NULL)
    {
      fail (&query, unknown, robot, catalogue, error);
      return FALSE;
    }
  query.words = g_string_free (g_steal_pointer (&words), FALSE);
  *self = query;
  query = (OptListQuery){ 0 };
  return TRUE;
}

/* As arguments of the view. */
char *
opt_list_query_to_json (const OptListQuery *self,
                        const char         *robot)
{
  g_auto (OptJsonWriter) writer = { 0 };

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  opt_json_writer_add_string (&writer, "robot", robot);
  if (self->states != 0)
    opt_json_writer_add_int (&writer, "states", self->states);
  if (self->since != 0)
    opt_json_writer_add_int (&writer, "since", self->since);
  if (self->count != 0)
    opt_json_writer_add_int (&writer, "count", self->count);
  if (self->task != NULL)
    opt_json_writer_add_string (&writer, "task", self->task);
  opt_json_writer_add_string (&writer, "words", self->words);
  opt_json_writer_close_object (&writer);
  return opt_json_writer_end (&writer);
}

void
opt_list_query_read (OptListQuery *self,
                     JsonObject   *object)
{
  gint64 number = 0;

  *self = (OptListQuery){ .robot_given = TRUE };
  if (opt_json_get_int (object, "states", &number))
    self->states = (guint)CLAMP (number, 0, (OPT_LIST_HELD << 1) - 1);
  if (opt_json_get_int (object, "since", &number))
    self->since = MAX (number, 0);
  if (opt_json_get_int (object, "count", &number))
    self->count = (guint)CLAMP (number, 0, OPT_LIST_COUNT_MAX);
  self->task = g_strdup (opt_json_get_string (object, "task"));
  self->words = g_strdup (opt_json_get_string (object, "words"));
}

gboolean
opt_list_query_matches (const OptListQuery *self,
                        const OptJob       *job)
{
  gboolean is_held = job->state == OPT_JOB_QUEUED && g_strcmp0 (job->reason, "held") == 0;

  if (self->states != 0 && (self->states & (1u << job->state)) == 0 &&
      !(is_held && (self->states & OPT_LIST_HELD) != 0))
    return FALSE;
  return job->queued >= self->since &&
         (self->task == NULL || opt_name_equal (self->task, job->task));
}

void
opt_list_query_clear (OptListQuery *self)
{
  g_clear_pointer (&self->task, g_free);
  g_clear_pointer (&self->words, g_free);
}
