/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-config-work.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-atomic-file.h"
#include "opt-config-build.h"
#include "opt-config-value.h"
#include "opt-id.h"
#include "opt-redact.h"

OptConfigWork *
opt_config_work_new (const char        *path,
                     const char *const *environment,
                     const char        *samples_dir)
{
  OptConfigWork *self = g_new0 (OptConfigWork, 1);

  self->path = g_strdup (path);
  self->environment = g_strdupv ((char **)environment);
  self->samples_dir = g_strdup (samples_dir);
  return self;
}

void
opt_config_work_free (OptConfigWork *self)
{
  for (guint i = 0; i < self->n_changes; i++)
    {
      g_free ((char *)self->changes[i].key);
      g_free ((char *)self->changes[i].value);
    }
  g_free (self->changes);
  g_free (self->path);
  g_strfreev (self->environment);
  g_free (self->samples_dir);
  g_clear_pointer (&self->previous, opt_config_unref);
  g_clear_pointer (&self->config, opt_config_unref);
  g_clear_pointer (&self->problems, g_ptr_array_unref);
  g_free (self->target);
  g_clear_error (&self->error);
  g_free (self);
}

void
opt_config_work_set_changes (OptConfigWork         *self,
                             const OptConfigChange *changes,
                             guint                  n_changes)
{
  g_assert (self->changes == NULL);

  self->changes = g_new0 (OptConfigChange, n_changes);
  self->n_changes = n_changes;
  for (guint i = 0; i < n_changes; i++)
    {
      self->changes[i].key = g_strdup (changes[i].key);
      self->changes[i].value = g_strdup (changes[i].value);
      if (changes[i].value != NULL)
        g_strstrip ((char *)self->changes[i].value);
    }
}

/* Reads at most one byte more than a file may have, which the parser then complains about. */
static char *
read_all (int      fd,
          gsize   *length,
          GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[16384];

  while (bytes->len <= OPT_CONFIG_FILE_BYTES_MAX)
    {
      gssize n = read (fd, buffer, sizeof buffer);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_IO, "%s", g_strerror (errno));
          return NULL;
        }
      if (n == 0)
        break;
      g_byte_array_append (bytes, buffer, (guint)n);
    }
  *length = bytes->len;
  g_byte_array_append (bytes, (const guint8 *)"", 1);
  return (char *)g_byte_array_free (g_steal_pointer (&bytes), FALSE);
}

static void
add_file_problem (OptConfigWork *self,
                  const char    *message)
{
  g_ptr_array_add (self->problems, opt_config_problem_new (0, 0, NULL, message));
}

/* Who may write to this file decides who may run tasks here. */
static void
check_owner (OptConfigWork     *self,
             const struct stat *status)
{
  g_autofree char *message = NULL;

  if (status->st_uid != geteuid () && status->st_uid != 0)
    message = g_strdup_printf ("the file belongs to another user, who can change what runs here: "
                               "take it over with chown %u '%s'",
                               (guint)geteuid (), self->path);
  else if (status->st_mode & (S_IWGRP | S_IWOTH))
    message = g_strdup_printf ("other users may write to the file: take that from them with "
                               "chmod 600 '%s'",
                               self->path);
  if (message != NULL)
    add_file_problem (self, message);
}

static OptConfigFile *
parse_fd (OptConfigWork *self,
          int            fd,
          GError       **error)
{
  g_autofree char *text = NULL;
  struct stat      status;
  gsize            length = 0;

  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    {
      g_set_error_literal (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_IO, "it is no regular file");
      return NULL;
    }
  text = read_all (fd, &length, error);
  if (text == NULL)
    return NULL;
  check_owner (self, &status);
  return opt_config_file_parse (text, length);
}

/* A file that is not there is an empty one. */
static OptConfigFile *
read_file (OptConfigWork *self,
           GError       **error)
{
  g_autofree char *target = realpath (self->path, NULL);
  OptConfigFile   *file;
  int              fd;

  if (target != NULL && strcmp (target, self->path) != 0)
    self->target = g_strdup (target);

  /* Opening a FIFO must not hang. */
  fd = open (self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 && errno == ENOENT)
    return opt_config_file_parse (NULL, 0);
  if (fd < 0)
    {
      g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_IO, "can't read %s: %s", self->path,
                   g_strerror (errno));
      return NULL;
    }

  file = parse_fd (self, fd, error);
  close (fd);
  if (file == NULL)
    g_prefix_error (error, "can't read %s: ", self->path);
  return file;
}

static gboolean
is_group (const char *key)
{
  g_auto (GStrv) parts = g_strsplit (key, ".", 3);

  return g_strv_length (parts) == 2 && g_ascii_strcasecmp (parts[0], "bot") == 0;
}

static gboolean
unset_key (OptConfigFile *file,
           const char    *key,
           GError       **error)
{
  gboolean found = is_group (key) ? opt_config_file_remove_group (file, key)
                                  : opt_config_file_unset (file, key);

  if (found || opt_config_schema_find (key) != NULL)
    return TRUE;
  g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_UNKNOWN_KEY,
               "there is no %s in the configuration", key);
  return FALSE;
}

static gboolean
check_key (const char *key,
           const char *value,
           GError    **error)
{
  g_autofree char *likely = NULL;

  if (opt_config_schema_find (key) != NULL)
    return opt_config_schema_check (key, value, error);

  likely = opt_config_schema_suggest (key);
  if (likely != NULL)
    g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_UNKNOWN_KEY,
                 "nothing reads the key %s: did you mean %s?", key, likely);
  else
    g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_UNKNOWN_KEY,
                 "nothing reads the key %s", key);
  return FALSE;
}

static gboolean
set_key (OptConfigFile   *file,
         OptConfigChange *change,
         GError         **error)
{
  g_autofree char *root = NULL;
  const char      *value = change->value;
  gboolean         is_plain, had_token;

  if (!check_key (change->key, value, error))
    return FALSE;

  /* A bot token that was pasted with the URL must not get into the file. */
  if (*value != '\0' && opt_name_equal (change->key, "telegram.api_root") &&
      opt_config_value_api_root (value, &root, &is_plain, &had_token))
    value = root;
  if (opt_redact_is_needed (value))
    g_set_error_literal (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE,
                         "a bot token does not belong in the configuration: hand it over with "
                         "optimusctl bot add NAME");
  else if (!opt_config_file_set (file, change->key, value))
    g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE,
                 "the value of %s must be one line of at most 64 KiB", change->key);
  else
    return TRUE;
  return FALSE;
}

static gboolean
change_file (OptConfigWork *self,
             OptConfigFile *file,
             GError       **error)
{
  for (guint i = 0; i < self->n_changes; i++)
    {
      OptConfigChange *change = &self->changes[i];

      if (change->value == NULL ? !unset_key (file, change->key, error)
                                : !set_key (file, change, error))
        return FALSE;
    }
  return TRUE;
}

/* What is wrong with a value only together with others shows when all is put together. */
static gboolean
check_effect (OptConfigWork *self,
              OptConfigFile *file,
              GError       **error)
{
  for (guint i = 0; i < self->n_changes; i++)
    {
      const char      *key = self->changes[i].key;
      g_autofree char *folded = opt_name_fold (key);
      OptConfigEntry   entry = { 0 };

      if (!opt_config_file_find (file, key, &entry) || entry.value == NULL ||
          *entry.value == '\0' || self->changes[i].value == NULL ||
          g_strcmp0 (g_hash_table_lookup (self->config->texts, folded), entry.value) == 0)
        continue;
      for (guint j = 0; j < self->problems->len; j++)
        {
          const OptConfigProblem *problem = self->problems->pdata[j];

          if (problem->line == entry.line && problem->column == entry.column)
            {
              g_set_error_literal (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_BAD_VALUE,
                                   problem->message);
              return FALSE;
            }
        }
    }
  return TRUE;
}

static gboolean
write_file (OptConfigWork *self,
            OptConfigFile *file,
            GError       **error)
{
  const char      *path = self->target != NULL ? self->target : self->path;
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) cause = NULL;
  gsize length;

  text = opt_config_file_to_text (file, &length);
  bytes = g_bytes_new_take (g_steal_pointer (&text), length);
  if (opt_atomic_file_make_folder (folder, &cause) &&
      opt_atomic_file_write (path, bytes, 0600, &cause))
    return TRUE;
  g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_IO, "can't save %s: %s", path,
               cause->message);
  return FALSE;
}

static void
build (OptConfigWork *self,
       OptConfigFile *file)
{
  OptConfigSurroundings surroundings = { .environment = (const char *const *)self->environment,
                                         .samples_dir = self->samples_dir };

  g_clear_pointer (&self->config, opt_config_unref);
  self->config = opt_config_new_from_file (file, &surroundings, self->previous, self->problems);
}

/* Reads the file afresh first, so that what others wrote meanwhile is kept. */
static gboolean
run_changes (OptConfigWork *self,
             GError       **error)
{
  g_autoptr (OptConfigFile) file = read_file (self, error);
  g_autoptr (OptConfigFile) before = NULL;
  g_autofree char *old_text = NULL;
  g_autofree char *new_text = NULL;
  gsize            old_length, new_length;

  if (file == NULL)
    return FALSE;
  old_text = opt_config_file_to_text (file, &old_length);
  if (old_length > OPT_CONFIG_FILE_BYTES_MAX)
    {
      g_set_error (error, OPT_CONFIG_ERROR, OPT_CONFIG_ERROR_IO,
                   "%s is larger than 1 MiB, so nothing is saved: shorten it first", self->path);
      return FALSE;
    }

  if (!change_file (self, file, error))
    return FALSE;
  build (self, file);
  if (!check_effect (self, file, error))
    return FALSE;

  new_text = opt_config_file_to_text (file, &new_length);
  if (new_length == old_length && memcmp (old_text, new_text, old_length) == 0)
    return TRUE;
  if (!write_file (self, file, error))
    return FALSE;

  /* What is written has the right mode and owner, whatever the old one had. */
  while (self->problems->len > 0 && ((OptConfigProblem *)self->problems->pdata[0])->line == 0 &&
         ((OptConfigProblem *)self->problems->pdata[0])->key == NULL)
    g_ptr_array_remove_index (self->problems, 0);
  return TRUE;
}

static void
run_load (OptConfigWork *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (OptConfigFile) file = read_file (self, &error);
  gsize    length;
  gboolean is_read;

  if (file == NULL)
    {
      add_file_problem (self, error->message);
      is_read = FALSE;
      file = opt_config_file_parse (NULL, 0);
    }
  else
    {
      g_autofree char *text = opt_config_file_to_text (file, &length);

      is_read = length <= OPT_CONFIG_FILE_BYTES_MAX;
    }

  build (self, file);
  if (is_read || self->previous == NULL)
    return;
  opt_config_unref (self->config);
  self->config = opt_config_ref (self->previous);
}

/* Does the work; blocks, so it is for a thread. */
void
opt_config_work_run (OptConfigWork *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autoptr (GError) error = NULL;

  if (self->only_folder)
    {
      /* Where there can be no folder there is nothing to read or watch, but defaults serve. */
      if (!opt_atomic_file_make_folder (folder, &error))
        g_debug ("no folder for the configuration: %s", error->message);
      return;
    }

  self->problems = opt_config_problem_list_new ();
  if (self->changes == NULL)
    run_load (self);
  else if (!run_changes (self, &self->error))
    g_clear_pointer (&self->config, opt_config_unref);
}
