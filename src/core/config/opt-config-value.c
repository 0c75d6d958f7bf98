/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config-value.h"

#include <string.h>

#include "opt-id.h"

/* Longer lists are a mistake, and would only cost memory. */
#define USERS_MAX 10000
#define PATHS_MAX 64

#define USERNAME_MAX 32

/* A hundred years: beyond it every limit is none, and no sum of times overflows. */
#define SECONDS_MAX (G_GINT64_CONSTANT (100) * 366 * 24 * 3600)
#define BYTES_MAX   (G_GINT64_CONSTANT (1) << 60)

typedef struct
{
  const char *name;
  gint64      factor;
} Unit;

static const Unit time_units[] = {
  { "s", 1 },
  { "sec", 1 },
  { "second", 1 },
  { "seconds", 1 },
  { "m", 60 },
  { "min", 60 },
  { "minute", 60 },
  { "minutes", 60 },
  { "h", 3600 },
  { "hour", 3600 },
  { "hours", 3600 },
  { "d", 86400 },
  { "day", 86400 },
  { "days", 86400 },
  { "w", 604800 },
  { "week", 604800 },
  { "weeks", 604800 },
  { NULL, 0 },
};

static const Unit size_units[] = {
  { "B", 1 },
  { "kB", 1000 },
  { "MB", 1000 * 1000 },
  { "GB", 1000 * 1000 * 1000 },
  { "TB", G_GINT64_CONSTANT (1000) * 1000 * 1000 * 1000 },
  { "KiB", 1024 },
  { "MiB", 1024 * 1024 },
  { "GiB", 1024 * 1024 * 1024 },
  { "TiB", G_GINT64_CONSTANT (1024) * 1024 * 1024 * 1024 },
  { NULL, 0 },
};

/* Reads `30 days`, `30d`: a whole number and a unit, at least 1 and at most @most. */
static gboolean
read_amount (const char *text,
             const Unit *units,
             gint64      most,
             gint64     *amount)
{
  gsize            n = strspn (text, "0123456789");
  g_autofree char *digits = g_strndup (text, n);
  const char      *unit = text + n + strspn (text + n, " \t");
  gint64           number;

  if (!g_ascii_string_to_signed (digits, 10, 1, most, &number, NULL))
    return FALSE;
  for (; units->name != NULL; units++)
    if (g_ascii_strcasecmp (units->name, unit) == 0)
      {
        if (number > most / units->factor)
          return FALSE;
        *amount = number * units->factor;
        return TRUE;
      }
  return FALSE;
}

/* True/False, true/false, yes/no, on/off, 1/0, in any case. */
gboolean
opt_config_value_bool (const char *text,
                       gboolean   *place)
{
  static const char *const yes[] = { "true", "yes", "on", "1", NULL };
  static const char *const no[] = { "false", "no", "off", "0", NULL };
  g_autofree char         *folded = g_ascii_strdown (text, -1);

  if (g_strv_contains (yes, folded))
    *place = TRUE;
  else if (g_strv_contains (no, folded))
    *place = FALSE;
  else
    return FALSE;
  return TRUE;
}

/* A plain number is seconds; 0 is allowed. */
gboolean
opt_config_value_duration (const char *text,
                           gint64     *seconds)
{
  return (*text != '+' &&
          g_ascii_string_to_signed (text, 10, 0, SECONDS_MAX, seconds, NULL)) ||
         read_amount (text, time_units, SECONDS_MAX, seconds);
}

/* `30 days or 1 GB`, either half alone, or `forever`; 0 is no limit. NULL @bytes: no sizes. */
gboolean
opt_config_value_retention (const char *text,
                            gint64     *seconds,
                            gint64     *bytes)
{
  g_autofree char *folded = g_ascii_strdown (text, -1);
  g_auto (GStrv) halves = NULL;
  gint64 age = 0, size = 0;

  if (strcmp (folded, "forever") != 0)
    {
      halves = g_strsplit (folded, " or ", 3);
      for (guint i = 0; halves[i] != NULL; i++)
        {
          g_strstrip (halves[i]);
          if (age == 0 && read_amount (halves[i], time_units, SECONDS_MAX, &age))
            continue;
          if (bytes != NULL && size == 0 && read_amount (halves[i], size_units, BYTES_MAX, &size))
            continue;
          return FALSE;
        }
      if (age == 0 && size == 0)
        return FALSE;
    }

  *seconds = age;
  if (bytes != NULL)
    *bytes = size;
  return TRUE;
}

void
opt_valid_user_free (OptValidUser *self)
{
  g_free (self->name);
  g_free (self);
}

static OptValidUser *
read_user (const char *text)
{
  OptValidUser *user;
  gsize         length = 0;
  gint64        id = 0;

  if (text[0] == '@')
    {
      while (g_ascii_isalnum (text[1 + length]) || text[1 + length] == '_')
        length++;
      if (text[1 + length] != '\0' || length == 0 || length > USERNAME_MAX)
        return NULL;
    }
  else if (*text == '+' || !g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, &id, NULL))
    return NULL;

  user = g_new0 (OptValidUser, 1);
  user->id = id;
  if (text[0] == '@')
    user->name = opt_name_fold (text + 1);
  return user;
}

/* `@john, 1234567`: one bad entry spoils the line, so that a slip never lets the wrong one in. */
gboolean
opt_config_value_users (const char *text,
                        GPtrArray **users)
{
  g_autoptr (GPtrArray) list = NULL;
  g_auto (GStrv) words = g_strsplit (text, ",", USERS_MAX + 1);

  list = g_ptr_array_new_with_free_func ((GDestroyNotify)opt_valid_user_free);
  for (guint i = 0; words[i] != NULL; i++)
    {
      OptValidUser *user;

      g_strstrip (words[i]);
      if (words[i][0] == '\0')
        continue;
      user = read_user (words[i]);
      if (user == NULL)
        return FALSE;
      g_ptr_array_add (list, user);
    }

  g_clear_pointer (users, g_ptr_array_unref);
  *users = g_steal_pointer (&list);
  return TRUE;
}

gboolean
opt_config_value_receive (const char *text,
                          OptReceive *place)
{
  static const OptReceive all[] = { OPT_RECEIVE_OFF, OPT_RECEIVE_POLL, OPT_RECEIVE_WEBHOOK };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_ascii_strcasecmp (text, opt_receive_to_text (all[i])) == 0)
      {
        *place = all[i];
        return TRUE;
      }
  return FALSE;
}

/* `notify;remote`, also with commas. */
gboolean
opt_config_value_roles (const char  *text,
                        OptBotRoles *place)
{
  static const struct
  {
    const char *name;
    OptBotRoles role;
  } all[] = {
    { "notify", OPT_BOT_ROLE_NOTIFY },
    { "remote", OPT_BOT_ROLE_REMOTE },
    { "conversations", OPT_BOT_ROLE_CONVERSATIONS },
    { "notes", OPT_BOT_ROLE_NOTES },
  };
  g_auto (GStrv) words = g_strsplit_set (text, ",;", 64);
  OptBotRoles roles = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      guint j = 0;

      g_strstrip (words[i]);
      if (words[i][0] == '\0')
        continue;
      while (j < G_N_ELEMENTS (all) && g_ascii_strcasecmp (all[j].name, words[i]) != 0)
        j++;
      if (j == G_N_ELEMENTS (all))
        return FALSE;
      roles |= all[j].role;
    }
  *place = roles;
  return TRUE;
}

static const char *
get_variable (const char *const *environment,
              const char        *name)
{
  return environment != NULL ? g_environ_getenv ((char **)environment, name) : NULL;
}

/* The folder that `~` or one of the known variables stands for, NULL for none. */
static char *
expand_start (const char        *start,
              const char *const *environment)
{
  static const struct
  {
    const char *name;
    const char *below_home;
  } known[] = {
    { "HOME", "" },
    { "XDG_DATA_HOME", "/.local/share" },
    { "XDG_STATE_HOME", "/.local/state" },
    { "XDG_CONFIG_HOME", "/.config" },
    { "XDG_CACHE_HOME", "/.cache" },
  };
  const char *home = get_variable (environment, "HOME");
  const char *value;

  if (strcmp (start, "~") == 0)
    start = "$HOME";
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (start[0] != '$' || strcmp (start + 1, known[i].name) != 0)
        continue;
      value = get_variable (environment, known[i].name);
      if (value != NULL && g_path_is_absolute (value))
        return g_strdup (value);
      return g_strconcat (home != NULL ? home : g_get_home_dir (), known[i].below_home, NULL);
    }
  return NULL;
}

/* An absolute path; it may begin with `~/`, `$HOME/` or `$XDG_…_HOME/`. */
gboolean
opt_config_value_path (const char        *text,
                       const char *const *environment,
                       char             **place)
{
  gsize            length = strcspn (text, "/");
  g_autofree char *start = g_strndup (text, length);
  g_autofree char *expanded = expand_start (start, environment);
  g_autofree char *whole = g_strconcat (expanded != NULL ? expanded : start, text + length, NULL);

  if (!g_path_is_absolute (whole))
    return FALSE;
  g_free (*place);
  *place = g_canonicalize_filename (whole, "/");
  return TRUE;
}

/* Paths with `;` between them. */
gboolean
opt_config_value_paths (const char        *text,
                        const char *const *environment,
                        char            ***place)
{
  g_auto (GStrv) words = g_strsplit (text, ";", PATHS_MAX + 1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *path = NULL;

      g_strstrip (words[i]);
      if (words[i][0] == '\0')
        continue;
      if (i == PATHS_MAX || !opt_config_value_path (words[i], environment, &path))
        return FALSE;
      g_strv_builder_add (builder, path);
    }
  g_strfreev (*place);
  *place = g_strv_builder_end (builder);
  return TRUE;
}
