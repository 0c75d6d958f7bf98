/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-secret-credentials.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-id.h"
#include "opt-secret-check.h"

/* A secret is one line; what is longer than this is something else. */
#define BYTES_MAX 4096

/* Secrets that the service manager put into a folder; read only. */
struct _OptSecretCredentials
{
  GObject parent_instance;

  char *directory; /* (owned) (nullable) */
};

static void opt_secret_credentials_iface_init (OptSecretStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (OptSecretCredentials,
                               opt_secret_credentials,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_SECRET_STORE,
                                                      opt_secret_credentials_iface_init))

typedef struct
{
  OptSecretKind kind;
  char         *path; /* (owned) */
} Lookup;

static void
lookup_free (Lookup *lookup)
{
  g_free (lookup->path);
  g_free (lookup);
}

static char *
make_path (OptSecretCredentials *self,
           OptSecretKind         kind,
           const char           *name)
{
  g_autofree char *folded = opt_name_fold (name);
  g_autofree char *file = NULL;

  if (self->directory == NULL || !opt_name_is_valid (name))
    return NULL;
  file = g_strconcat (kind == OPT_SECRET_BOT ? "bot-" : "secret-", folded, NULL);
  return g_build_filename (self->directory, file, NULL);
}

static void
set_missing (GError    **error,
             const char *name)
{
  g_set_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_MISSING,
               "the service manager handed over no secret for %s", name);
}

/* The one line of a file, in @line of BYTES_MAX + 1; the line end behind it is dropped. */
static gboolean
read_line (const char *path,
           int         fd,
           char       *line,
           GError    **error)
{
  struct stat status;
  gsize       length = 0;
  gssize      n = 1;

  if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    {
      g_set_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_REFUSED, "%s is no regular file",
                   path);
      return FALSE;
    }
  while (length <= BYTES_MAX && n > 0)
    {
      n = read (fd, line + length, BYTES_MAX + 1 - length);
      if (n < 0 && errno != EINTR)
        {
          g_set_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_FAILED, "can't read %s: %s", path,
                       g_strerror (errno));
          return FALSE;
        }
      length += (gsize)MAX (n, 0);
      n = n < 0 ? 1 : n;
    }

  if (length > 0 && length <= BYTES_MAX && line[length - 1] == '\n')
    length--;
  if (length > 0 && length <= BYTES_MAX && line[length - 1] == '\r')
    length--;
  if (length > BYTES_MAX || memchr (line, '\n', length) != NULL ||
      !g_utf8_validate (line, (gssize)length, NULL))
    {
      g_set_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_REFUSED,
                   "%s must be one line of text and no more", path);
      return FALSE;
    }
  line[length] = '\0';
  return TRUE;
}

static OptSecret *
read_secret (const Lookup *lookup,
             GError      **error)
{
  char       line[BYTES_MAX + 1];
  OptSecret *secret = NULL;
  int        fd = open (lookup->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    {
      int saved = errno;

      if (saved == ENOENT)
        set_missing (error, lookup->path);
      else
        g_set_error (error, OPT_SECRET_ERROR, OPT_SECRET_ERROR_FAILED, "can't read %s: %s",
                     lookup->path, g_strerror (saved));
      return NULL;
    }

  if (read_line (lookup->path, fd, line, error))
    secret = opt_secret_check (lookup->kind, line, lookup->path, error);
  explicit_bzero (line, sizeof line);
  close (fd);
  return secret;
}

static void
lookup_thread (GTask        *task,
               gpointer      source_object,
               gpointer      task_data,
               GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  OptSecret *secret = read_secret (task_data, &error);

  if (secret != NULL)
    g_task_return_pointer (task, secret, (GDestroyNotify)opt_secret_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
opt_secret_credentials_lookup_async (OptSecretStore     *store,
                                     OptSecretKind       kind,
                                     const char         *name,
                                     gboolean            interactive,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data)
{
  OptSecretCredentials *self = OPT_SECRET_CREDENTIALS (store);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *path = make_path (self, kind, name);
  g_autoptr (GError) error = NULL;
  Lookup *lookup;

  g_task_set_source_tag (task, opt_secret_credentials_lookup_async);
  if (path == NULL)
    {
      set_missing (&error, name);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  lookup = g_new0 (Lookup, 1);
  lookup->kind = kind;
  lookup->path = g_steal_pointer (&path);
  g_task_set_task_data (task, lookup, (GDestroyNotify)lookup_free);
  g_task_run_in_thread (task, lookup_thread);
}

static void
return_read_only (OptSecretStore     *store,
                  GCancellable       *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (store, cancellable, callback, user_data);

  g_task_set_source_tag (task, return_read_only);
  g_task_return_new_error (task, OPT_SECRET_ERROR, OPT_SECRET_ERROR_READ_ONLY,
                           "secrets that the service manager hands over can't be changed here: "
                           "change its LoadCredential= setting");
}

static void
opt_secret_credentials_store_async (OptSecretStore     *store,
                                    OptSecretKind       kind,
                                    const char         *name,
                                    const char         *secret,
                                    gboolean            interactive,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data)
{
  return_read_only (store, cancellable, callback, user_data);
}

static void
opt_secret_credentials_clear_async (OptSecretStore     *store,
                                    OptSecretKind       kind,
                                    const char         *name,
                                    gboolean            interactive,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data)
{
  return_read_only (store, cancellable, callback, user_data);
}

static void
opt_secret_credentials_iface_init (OptSecretStoreInterface *iface)
{
  iface->lookup_async = opt_secret_credentials_lookup_async;
  iface->store_async = opt_secret_credentials_store_async;
  iface->clear_async = opt_secret_credentials_clear_async;
}

static void
opt_secret_credentials_finalize (GObject *object)
{
  OptSecretCredentials *self = OPT_SECRET_CREDENTIALS (object);

  g_free (self->directory);

  G_OBJECT_CLASS (opt_secret_credentials_parent_class)->finalize (object);
}

static void
opt_secret_credentials_class_init (OptSecretCredentialsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = opt_secret_credentials_finalize;
}

static void
opt_secret_credentials_init (OptSecretCredentials *self)
{
}

/**
 * opt_secret_credentials_new:
 * @directory: (nullable): what `$CREDENTIALS_DIRECTORY` says; NULL or empty for none
 *
 * Makes a store of what the service manager handed over: the bot token of `Main` is the one line
 * of file `bot-main`, a task's secret that of `secret-NAME`. It can't be written to.
 *
 * Returns: (transfer full): the store
 */
OptSecretStore *
opt_secret_credentials_new (const char *directory)
{
  OptSecretCredentials *self = g_object_new (OPT_TYPE_SECRET_CREDENTIALS, NULL);

  if (directory != NULL && *directory != '\0')
    self->directory = g_strdup (directory);
  return OPT_SECRET_STORE (self);
}
