/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-keyboard.h"

#include <string.h>

#include "opt-sandbox-json.h"
#include "opt-sandbox-link.h"

/* Where Telegram's data centres were seen to stop; they give no figure. */
#define INLINE_BUTTONS_MAX 100
#define BUTTONS_MAX        300
#define PLACEHOLDER_MAX    64
#define COPY_TEXT_MAX      256

typedef char *(*AddButton) (GString  *out,
                            JsonNode *node);

/* What a button of an inline keyboard may do, in the order the server looks. */
static const char *const actions[] = {
  "url",
  "callback_data",
  "callback_game",
  "pay",
  "switch_inline_query",
  "switch_inline_query_chosen_chat",
  "switch_inline_query_current_chat",
  "login_url",
  "web_app",
  "copy_text",
  "disabled",
};

static char *
get_text (JsonObject  *object,
          const char  *name,
          const char **text)
{
  JsonNode *node = json_object_get_member (object, name);

  *text = NULL;
  if (node == NULL)
    return g_strdup_printf ("Can't find field \"%s\"", name);
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return g_strdup_printf ("Field \"%s\" must be of type String", name);

  *text = json_node_get_string (node);
  return NULL;
}

static char *
check_style (JsonObject *object)
{
  static const char *const styles[] = { "", "default", "primary", "danger", "success" };
  const char              *style = opt_sandbox_json_get_string (object, "style");

  for (guint i = 0; style != NULL && i < G_N_ELEMENTS (styles); i++)
    {
      if (g_ascii_strcasecmp (style, styles[i]) == 0)
        style = NULL;
      if (style == NULL)
        break;
    }

  return style != NULL ? g_strdup ("invalid button style specified") : NULL;
}

static gboolean
is_link (const char *url)
{
  const char *type = NULL;
  const char *end;

  if (g_ascii_strncasecmp (url, "tg://", 5) == 0 || g_ascii_strncasecmp (url, "ton://", 6) == 0)
    return TRUE;
  if (g_str_has_prefix (url, "http://localhost") || g_str_has_prefix (url, "https://localhost"))
    return FALSE;

  end = opt_sandbox_link_match (url, url, &type);
  return end != NULL && strpbrk (url, " \n\t") == NULL;
}

/* These complaints are the data centre's, and carry no "can't parse". */
static char *
check_action (const char *action,
              JsonObject *object)
{
  const char *text = opt_sandbox_json_get_string (object, action);
  JsonNode   *node = json_object_get_member (object, action);

  if (strcmp (action, "callback_data") == 0 && strlen (text) > OPT_SANDBOX_CALLBACK_DATA_MAX)
    return g_strdup ("BUTTON_DATA_INVALID");
  if (strcmp (action, "url") == 0 && !is_link (text))
    return g_strdup_printf ("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", text);
  if (strcmp (action, "copy_text") == 0)
    {
      if (!JSON_NODE_HOLDS_OBJECT (node))
        return g_strdup (
          "can't parse inline keyboard button: Field \"copy_text\" must be of type Object");
      text = opt_sandbox_json_get_string (json_node_get_object (node), "text");
      if (text == NULL)
        return g_strdup ("can't parse inline keyboard button: Can't find field \"text\"");
      if (*text == '\0' || g_utf8_strlen (text, -1) > COPY_TEXT_MAX)
        return g_strdup ("BUTTON_COPY_TEXT_INVALID");
    }

  return NULL;
}

static const char *
find_action (JsonObject *object)
{
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      JsonNode   *node = json_object_get_member (object, actions[i]);
      const char *text = opt_sandbox_json_get_string (object, actions[i]);

      /* The first two don't count when they are empty. */
      if (node != NULL && (i > 1 || (text != NULL && *text != '\0')))
        return actions[i];
    }

  return NULL;
}

static void
add_member (GString    *out,
            JsonObject *object,
            const char *name)
{
  if (!json_object_has_member (object, name))
    return;

  g_string_append_printf (out, ",\"%s\":", name);
  opt_sandbox_json_add_node (out, json_object_get_member (object, name));
}

static char *
add_inline_button (GString  *out,
                   JsonNode *node)
{
  g_autofree char *detail = NULL;
  JsonObject      *object;
  const char      *text;
  const char      *action;
  char            *problem;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return g_strdup ("can't parse inline keyboard button: InlineKeyboardButton must be an Object");
  object = json_node_get_object (node);
  detail = get_text (object, "text", &text);
  if (detail == NULL)
    detail = check_style (object);
  action = find_action (object);
  if (detail == NULL && action == NULL)
    detail = g_strdup ("Text buttons are unallowed in the inline keyboard");
  if (detail != NULL)
    return g_strconcat ("can't parse inline keyboard button: ", detail, NULL);
  if (*text == '\0')
    return g_strdup ("inline keyboard button text must be non-empty");
  problem = check_action (action, object);
  if (problem != NULL)
    return problem;

  g_string_append (out, "{\"text\":");
  opt_sandbox_json_add_string (out, text, -1);
  add_member (out, object, "icon_custom_emoji_id");
  add_member (out, object, "style");
  add_member (out, object, action);
  g_string_append_c (out, '}');
  return NULL;
}

static char *
add_reply_button (GString  *out,
                  JsonNode *node)
{
  g_autofree char *detail = NULL;
  const char      *text = NULL;

  if (JSON_NODE_HOLDS_OBJECT (node))
    {
      detail = get_text (json_node_get_object (node), "text", &text);
      if (detail == NULL)
        detail = check_style (json_node_get_object (node));
    }
  else if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    {
      text = json_node_get_string (node);
    }
  else
    {
      detail = g_strdup ("KeyboardButton must be a String or an Object");
    }
  if (detail != NULL)
    return g_strconcat ("can't parse keyboard button: ", detail, NULL);
  if (*text == '\0')
    return g_strdup ("keyboard button text must be non-empty");

  opt_sandbox_json_add_string (out, text, -1);
  return NULL;
}

static char *
add_row (GString   *out,
         JsonArray *row,
         AddButton  add,
         guint     *count)
{
  g_string_append (out, out->str[out->len - 1] == '[' ? "[" : ",[");
  for (guint i = 0; i < json_array_get_length (row); i++)
    {
      char *problem;

      if (i > 0)
        g_string_append_c (out, ',');
      problem = add (out, json_array_get_element (row, i));
      if (problem != NULL)
        return problem;
      (*count)++;
    }
  g_string_append_c (out, ']');

  return NULL;
}

/* Writes rows of buttons. Empty rows go; without any button nothing is written. */
static char *
add_rows (GString    *out,
          JsonNode   *node,
          const char *not_rows,
          AddButton   add,
          guint      *count)
{
  JsonArray *rows = json_node_get_array (node);

  g_string_append_c (out, '[');
  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonNode *row = json_array_get_element (rows, i);
      char     *problem;

      if (!JSON_NODE_HOLDS_ARRAY (row))
        return g_strdup (not_rows);
      if (json_array_get_length (json_node_get_array (row)) == 0)
        continue;
      problem = add_row (out, json_node_get_array (row), add, count);
      if (problem != NULL)
        return problem;
    }
  g_string_append_c (out, ']');

  return NULL;
}

static char *
read_reply_keyboard (OptSandboxKeyboard *self,
                     JsonNode           *node)
{
  GString *out = g_string_new (NULL);
  guint    count = 0;
  char    *problem =
    add_rows (out, node, "field \"keyboard\" must be an Array of Arrays", add_reply_button, &count);

  self->buttons = g_string_free (out, problem != NULL || count == 0);
  if (problem == NULL && count > BUTTONS_MAX)
    problem = g_strdup ("reply markup is too long");

  return problem;
}

static char *
read_inline_keyboard (OptSandboxKeyboard *self,
                      JsonNode           *node)
{
  GString *out = g_string_new ("{\"inline_keyboard\":");
  guint    count = 0;
  char    *problem;

  problem = add_rows (out, node,
                      "field \"inline_keyboard\" of the InlineKeyboardMarkup must be "
                      "an Array of Arrays",
                      add_inline_button, &count);

  g_string_append_c (out, '}');
  self->markup = g_string_free (out, problem != NULL || count == 0);
  if (problem == NULL && count > INLINE_BUTTONS_MAX)
    problem = g_strdup ("reply markup is too long");

  return problem;
}

static char *
check_array (JsonObject *object,
             const char *name,
             JsonNode  **node)
{
  *node = json_object_get_member (object, name);
  if (*node != NULL && !JSON_NODE_HOLDS_ARRAY (*node))
    return g_strdup_printf ("field \"%s\" must be of type Array", name);

  return NULL;
}

static char *
check_flags (JsonObject *object)
{
  static const char *const flags[] = { "remove_keyboard", "selective", "force_reply",
                                       "resize_keyboard", "one_time_keyboard", "is_persistent" };
  const char              *placeholder;

  placeholder = opt_sandbox_json_get_string (object, "input_field_placeholder");
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      JsonNode *node = json_object_get_member (object, flags[i]);

      if (node != NULL &&
          (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN))
        return g_strdup_printf ("field \"%s\" must be of type Boolean", flags[i]);
    }
  if (placeholder != NULL && g_utf8_strlen (placeholder, -1) > PLACEHOLDER_MAX)
    return g_strdup ("INPUT_FIELD_PLACEHOLDER_INVALID");

  return NULL;
}

static char *
read_object (OptSandboxKeyboard *self,
             JsonObject         *object)
{
  JsonNode *keyboard;
  JsonNode *inline_keyboard = NULL;
  char     *problem = check_array (object, "keyboard", &keyboard);

  if (problem == NULL && keyboard != NULL)
    problem = read_reply_keyboard (self, keyboard);
  if (problem == NULL)
    problem = check_array (object, "inline_keyboard", &inline_keyboard);
  if (problem == NULL && inline_keyboard != NULL)
    problem = read_inline_keyboard (self, inline_keyboard);
  if (problem == NULL)
    problem = check_flags (object);
  if (problem != NULL)
    return problem;

  /* Only one of them counts. */
  if (self->buttons != NULL)
    g_clear_pointer (&self->markup, g_free);
  if (self->buttons == NULL && self->markup == NULL)
    {
      self->is_removal = opt_sandbox_json_get_bool (object, "remove_keyboard");
      self->is_forced_reply =
        !self->is_removal && opt_sandbox_json_get_bool (object, "force_reply");
    }

  return NULL;
}

/**
 * opt_sandbox_keyboard_read:
 * @self: (out): the keyboard; to be cleared in any case
 * @json: a reply_markup as it was given, maybe empty
 *
 * Takes a keyboard in as the server does.
 *
 * Returns: (transfer full) (nullable): what is wrong with it, in the server's words
 */
char *
opt_sandbox_keyboard_read (OptSandboxKeyboard *self,
                           const char         *json)
{
  g_autoptr (JsonNode) node = NULL;

  *self = (OptSandboxKeyboard){ NULL, NULL, FALSE, FALSE };
  if (*json == '\0')
    return NULL;

  node = opt_sandbox_json_parse (json, -1, NULL);
  if (node == NULL)
    return g_strdup ("can't parse reply keyboard markup JSON object");
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return g_strdup ("object expected as reply markup");

  return read_object (self, json_node_get_object (node));
}

void
opt_sandbox_keyboard_clear (OptSandboxKeyboard *self)
{
  g_clear_pointer (&self->markup, g_free);
  g_clear_pointer (&self->buttons, g_free);
}

/**
 * opt_sandbox_keyboard_find_data:
 * @markup: JSON of an inline keyboard
 * @label: what is written on a button
 *
 * Returns: (transfer full) (nullable): the callback_data of the first such button that has one
 */
char *
opt_sandbox_keyboard_find_data (const char *markup,
                                const char *label)
{
  g_autoptr (JsonNode) node = opt_sandbox_json_parse (markup, -1, NULL);
  JsonArray *rows = json_object_get_array_member (json_node_get_object (node), "inline_keyboard");

  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonArray *row = json_array_get_array_element (rows, i);

      for (guint j = 0; j < json_array_get_length (row); j++)
        {
          JsonObject *button = json_array_get_object_element (row, j);
          const char *data = opt_sandbox_json_get_string (button, "callback_data");

          if (data != NULL && g_str_equal (opt_sandbox_json_get_string (button, "text"), label))
            return g_strdup (data);
        }
    }

  return NULL;
}

/**
 * opt_sandbox_keyboard_has_label:
 * @buttons: JSON of a reply keyboard's rows
 * @label: what is written on a button
 *
 * Returns: whether there is such a button
 */
gboolean
opt_sandbox_keyboard_has_label (const char *buttons,
                                const char *label)
{
  g_autoptr (JsonNode) node = opt_sandbox_json_parse (buttons, -1, NULL);
  JsonArray *rows = json_node_get_array (node);

  for (guint i = 0; i < json_array_get_length (rows); i++)
    {
      JsonArray *row = json_array_get_array_element (rows, i);

      for (guint j = 0; j < json_array_get_length (row); j++)
        {
          if (g_str_equal (json_array_get_string_element (row, j), label))
            return TRUE;
        }
    }

  return FALSE;
}
