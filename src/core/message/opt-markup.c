/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-markup.h"

#include <string.h>

#include "opt-json-writer.h"
#include "opt-text.h"

/* Telegram's own bounds, but for the label's: longer ones are cut off on a phone anyway. */
#define LABEL_UNITS_MAX       64
#define PLACEHOLDER_UNITS_MAX 64
#define DATA_BYTES_MAX        64
#define URL_BYTES_MAX         2048
#define BUTTONS_MAX           100

struct _OptMarkup
{
  OptJsonWriter writer; /* (owned) */
  guint         buttons;
  gboolean      in_row;
};

/* One line, valid, short; NULL when nothing is left. */
static char *
tidy (const char *text,
      gsize       units)
{
  g_autofree char *valid = opt_text_make_valid (text, -1);

  for (char *at = valid; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  g_strstrip (valid);
  return *valid != '\0' ? opt_text_shorten (valid, units) : NULL;
}

/**
 * opt_markup_new_inline:
 *
 * Begins a keyboard of buttons below a message.
 *
 * Returns: (transfer full): a keyboard without buttons
 */
OptMarkup *
opt_markup_new_inline (void)
{
  OptMarkup *self = g_new0 (OptMarkup, 1);

  opt_json_writer_init (&self->writer);
  opt_json_writer_open_object (&self->writer, NULL);
  opt_json_writer_open_array (&self->writer, "inline_keyboard");
  return self;
}

static void
add_button (OptMarkup  *self,
            const char *label,
            const char *member,
            const char *value)
{
  g_autofree char *text = tidy (label, LABEL_UNITS_MAX);

  if (self->buttons == BUTTONS_MAX)
    return;
  self->buttons++;

  if (!self->in_row)
    opt_json_writer_open_array (&self->writer, NULL);
  self->in_row = TRUE;

  opt_json_writer_open_object (&self->writer, NULL);
  opt_json_writer_add_string (&self->writer, "text", text != NULL ? text : "…");
  opt_json_writer_add_string (&self->writer, member, value);
  opt_json_writer_close_object (&self->writer);
}

/**
 * opt_markup_add_callback:
 * @self: a keyboard
 * @label: what the button says; brought to one line of at most 64 UTF-16 units
 * @data: what comes back when it is pressed, 1 to 64 bytes
 *
 * Adds a button to the row. What exceeds Telegram's 100 buttons is left out.
 */
void
opt_markup_add_callback (OptMarkup  *self,
                         const char *label,
                         const char *data)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (label != NULL);
  g_return_if_fail (data != NULL && *data != '\0' && strlen (data) <= DATA_BYTES_MAX);

  add_button (self, label, "callback_data", data);
}

static gboolean
is_link (const char *url)
{
  static const char *const schemes[] = { "https://", "http://", "tg://" };
  gsize                    length = strlen (url);

  if (length > URL_BYTES_MAX)
    return FALSE;
  for (const char *at = url; *at != '\0'; at++)
    if (g_ascii_isspace (*at) || g_ascii_iscntrl (*at))
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    {
      gsize scheme = strlen (schemes[i]);

      if (length > scheme && g_ascii_strncasecmp (url, schemes[i], scheme) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * opt_markup_add_url:
 * @self: a keyboard
 * @label: what the button says; brought to one line of at most 64 UTF-16 units
 * @url: what it opens: `http`, `https` or `tg`, at most 2048 bytes
 *
 * Adds a button that opens a link. Telegram refuses the whole message for the sake of one bad link:
 * a button whose @url is none is left out.
 */
void
opt_markup_add_url (OptMarkup  *self,
                    const char *label,
                    const char *url)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (label != NULL);
  g_return_if_fail (url != NULL);

  if (is_link (url))
    add_button (self, label, "url", url);
}

/**
 * opt_markup_end_row:
 * @self: a keyboard
 *
 * Ends the row of buttons; what is added next stands below. An empty row is none.
 */
void
opt_markup_end_row (OptMarkup *self)
{
  g_return_if_fail (self != NULL);

  if (self->in_row)
    opt_json_writer_close_array (&self->writer);
  self->in_row = FALSE;
}

/**
 * opt_markup_to_json:
 * @self: a keyboard
 *
 * Writes the keyboard down; more may be added afterwards. One without buttons takes the buttons
 * off a message that is edited.
 *
 * Returns: (transfer full): the JSON of `reply_markup`
 */
char *
opt_markup_to_json (OptMarkup *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_strconcat (self->writer.text->str, self->in_row ? "]]}" : "]}", NULL);
}

/**
 * opt_markup_free:
 * @self: (nullable): a keyboard
 *
 * Frees a keyboard.
 */
void
opt_markup_free (OptMarkup *self)
{
  if (self == NULL)
    return;
  opt_json_writer_clear (&self->writer);
  g_free (self);
}

/**
 * opt_markup_force_reply:
 * @placeholder: (nullable): shown in the empty input field; cut to 64 UTF-16 units
 * @selective: only for those who are mentioned, or whom the message answers
 *
 * Writes the markup that has the client answer a message: such answers reach a bot in privacy
 * mode too.
 *
 * Returns: (transfer full): the JSON of `reply_markup`
 */
char *
opt_markup_force_reply (const char *placeholder,
                        gboolean    selective)
{
  g_auto (OptJsonWriter) writer = { 0 };
  g_autofree char *hint = tidy (placeholder, PLACEHOLDER_UNITS_MAX);

  opt_json_writer_init (&writer);
  opt_json_writer_open_object (&writer, NULL);
  opt_json_writer_add_bool (&writer, "force_reply", TRUE);
  if (hint != NULL)
    opt_json_writer_add_string (&writer, "input_field_placeholder", hint);
  if (selective)
    opt_json_writer_add_bool (&writer, "selective", TRUE);
  opt_json_writer_close_object (&writer);
  return opt_json_writer_end (&writer);
}
