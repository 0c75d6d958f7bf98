/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-bot-form.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "opt-bot-error-private.h"
#include "opt-bot-file-private.h"
#include "opt-id.h"
#include "opt-text.h"

/* A stretch of the body: in memory, or what is left to read of a file. */
typedef struct
{
  GBytes *bytes; /* (owned) (nullable) */
  gsize   at;
  int     fd; /* (owned), -1 for none */
  gint64  left;
  char   *path; /* (owned) (nullable): for words */
} Section;

/**
 * OptBotForm:
 *
 * The body of an upload, multipart/form-data, as a stream: files are read as they are sent and
 * never held in memory, however large. Files are opened and read by whoever calls, so that is
 * done in a thread.
 */
struct _OptBotForm
{
  GInputStream parent_instance;

  char    *boundary; /* (owned) */
  GString *text;     /* (owned): of the section being written */
  GQueue  *sections; /* (owned) (element-type Section) */
  gint64   length;
};

G_DEFINE_FINAL_TYPE (OptBotForm, opt_bot_form, G_TYPE_INPUT_STREAM)

static void
section_free (gpointer data)
{
  Section *section = data;

  g_clear_pointer (&section->bytes, g_bytes_unref);
  if (section->fd >= 0)
    close (section->fd);
  g_free (section->path);
  g_free (section);
}

static void
add_bytes (OptBotForm *self,
           GBytes     *bytes)
{
  Section *section = g_new0 (Section, 1);

  section->fd = -1;
  section->bytes = g_bytes_ref (bytes);
  self->length += (gint64)g_bytes_get_size (bytes);
  g_queue_push_tail (self->sections, section);
}

static void
flush_text (OptBotForm *self)
{
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (self->text);

  self->text = g_string_new (NULL);
  add_bytes (self, bytes);
}

static gssize
read_bytes (Section *section,
            char    *buffer,
            gsize    count)
{
  gsize       size;
  const char *data = g_bytes_get_data (section->bytes, &size);

  count = MIN (count, size - section->at);
  if (count > 0)
    memcpy (buffer, data + section->at, count);
  section->at += count;
  return (gssize)count;
}

static gssize
read_file (Section *section,
           char    *buffer,
           gsize    count,
           GError **error)
{
  gssize got;

  if (section->left == 0)
    return 0;
  do
    got = read (section->fd, buffer, MIN (count, (gsize)section->left));
  while (got < 0 && errno == EINTR);

  if (got <= 0)
    {
      g_propagate_error (error, opt_bot_error_new (OPT_BOT_ERROR_FILE, FALSE,
                                                   "%s cannot be sent: %s", section->path,
                                                   got == 0 ? "it became shorter while it was read"
                                                            : g_strerror (errno)));
      return -1;
    }
  section->left -= got;
  return got;
}

static gssize
opt_bot_form_read (GInputStream *stream,
                   void         *buffer,
                   gsize         count,
                   GCancellable *cancellable,
                   GError      **error)
{
  OptBotForm *self = OPT_BOT_FORM (stream);
  Section    *section;
  gssize      got;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;

  while (count > 0 && (section = g_queue_peek_head (self->sections)) != NULL)
    {
      got = section->bytes != NULL ? read_bytes (section, buffer, count)
                                   : read_file (section, buffer, count, error);
      if (got != 0)
        return got;
      section_free (g_queue_pop_head (self->sections));
    }
  return 0;
}

static void
opt_bot_form_finalize (GObject *object)
{
  OptBotForm *self = OPT_BOT_FORM (object);

  g_free (self->boundary);
  g_string_free (self->text, TRUE);
  g_queue_free_full (self->sections, section_free);

  G_OBJECT_CLASS (opt_bot_form_parent_class)->finalize (object);
}

static void
opt_bot_form_class_init (OptBotFormClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = opt_bot_form_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = opt_bot_form_read;
}

static void
opt_bot_form_init (OptBotForm *self)
{
  /* Chance alone keeps it out of the content: 128 bit of it. */
  self->boundary = opt_id_new_secret (16);
  self->text = g_string_new (NULL);
  self->sections = g_queue_new ();
}

/**
 * opt_bot_form_new:
 *
 * Starts an empty form.
 *
 * Returns: (transfer full): the form
 */
OptBotForm *
opt_bot_form_new (void)
{
  return g_object_new (OPT_TYPE_BOT_FORM, NULL);
}

/**
 * opt_bot_form_add_parameters:
 * @self: a form
 * @parameters: of the method
 *
 * Adds plain parameters: strings as they are, everything else as its JSON text, as the server takes
 * them.
 */
void
opt_bot_form_add_parameters (OptBotForm *self,
                             JsonObject *parameters)
{
  JsonObjectIter iter;
  const char    *name;
  JsonNode      *node;

  json_object_iter_init (&iter, parameters);
  while (json_object_iter_next (&iter, &name, &node))
    {
      g_autofree char *text = NULL;

      if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
        text = json_node_dup_string (node);
      else
        text = json_to_string (node, FALSE);
      g_string_append_printf (self->text,
                              "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n",
                              self->boundary, name, text);
    }
}

static int
open_file (const char *path,
           gint64      max_bytes,
           gint64     *size,
           GError    **error)
{
  g_autofree char *found = NULL;
  g_autofree char *most = NULL;
  struct stat      st;
  /* Not to wait for somebody at the other end of a fifo. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0 || fstat (fd, &st) != 0)
    g_propagate_error (error, opt_bot_error_new (OPT_BOT_ERROR_FILE, FALSE, "%s cannot be sent: %s",
                                                 path, g_strerror (errno)));
  else if (!S_ISREG (st.st_mode))
    g_propagate_error (error, opt_bot_error_new (OPT_BOT_ERROR_FILE, FALSE,
                                                 "%s cannot be sent: it is not a file", path));
  else if (st.st_size > max_bytes)
    {
      found = opt_text_format_bytes ((guint64)st.st_size);
      most = opt_text_format_bytes ((guint64)max_bytes);
      g_propagate_error (error,
                         opt_bot_error_new (OPT_BOT_ERROR_TOO_BIG, FALSE,
                                            "%s has %s and Telegram takes at most %s from a bot: "
                                            "send a part of it, or a link",
                                            path, found, most));
    }
  else
    {
      *size = st.st_size;
      return fd;
    }
  if (fd >= 0)
    close (fd);
  return -1;
}

/**
 * opt_bot_form_add_file:
 * @self: a form
 * @file: a file, opened here if it is on disk: for a thread
 * @max_bytes: the most it may have
 * @error: return location: %OPT_BOT_ERROR_FILE or %OPT_BOT_ERROR_TOO_BIG
 *
 * Adds a file. What is appended to it later is not sent.
 *
 * Returns: whether it was added
 */
gboolean
opt_bot_form_add_file (OptBotForm *self,
                       OptBotFile *file,
                       gint64      max_bytes,
                       GError    **error)
{
  GBytes  *bytes = opt_bot_file_get_bytes (file);
  Section *section;
  gint64   size = 0;
  int      fd = -1;

  if (bytes == NULL && (fd = open_file (opt_bot_file_get_path (file), max_bytes, &size, error)) < 0)
    return FALSE;
  if (bytes != NULL && (gint64)g_bytes_get_size (bytes) > max_bytes)
    {
      g_propagate_error (
        error, opt_bot_error_new (OPT_BOT_ERROR_TOO_BIG, FALSE,
                                  "%s is larger than Telegram takes from a bot: send a part of it",
                                  opt_bot_file_get_file_name (file)));
      return FALSE;
    }

  g_string_append_printf (self->text,
                          "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\n"
                          "Content-Type: application/octet-stream\r\n\r\n",
                          self->boundary, opt_bot_file_get_field (file),
                          opt_bot_file_get_file_name (file));
  flush_text (self);
  if (bytes != NULL)
    add_bytes (self, bytes);
  else
    {
      section = g_new0 (Section, 1);
      section->fd = fd;
      section->left = size;
      section->path = g_strdup (opt_bot_file_get_path (file));
      self->length += size;
      g_queue_push_tail (self->sections, section);
    }
  g_string_append (self->text, "\r\n");
  return TRUE;
}

/**
 * opt_bot_form_end:
 * @self: a form
 *
 * Ends what was added; after this it is read.
 */
void
opt_bot_form_end (OptBotForm *self)
{
  g_string_append_printf (self->text, "--%s--\r\n", self->boundary);
  flush_text (self);
}

/**
 * opt_bot_form_get_length:
 * @self: a form that was ended
 *
 * Tells how long it is.
 *
 * Returns: bytes
 */
gint64
opt_bot_form_get_length (OptBotForm *self)
{
  return self->length;
}

/**
 * opt_bot_form_dup_content_type:
 * @self: a form
 *
 * Tells what the header says.
 *
 * Returns: (transfer full): the content type with its boundary
 */
char *
opt_bot_form_dup_content_type (OptBotForm *self)
{
  return g_strconcat ("multipart/form-data; boundary=", self->boundary, NULL);
}
