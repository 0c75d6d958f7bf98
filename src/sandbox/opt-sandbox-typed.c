/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-typed.h"

#include <stdlib.h>
#include <string.h>

#include "opt-sandbox-json.h"

/* How a parameter shows in the journal, whichever way it came. The rest is text. */
typedef enum {
  KIND_TEXT,
  KIND_INTEGER,
  KIND_BOOLEAN,
  KIND_JSON,
} Kind;

typedef struct
{
  const char *name;
  Kind        kind;
} Known;

static const Known known[] = {
  { "allow_paid_broadcast", KIND_BOOLEAN },
  { "allow_sending_without_reply", KIND_BOOLEAN },
  { "allowed_updates", KIND_JSON },
  { "cache_time", KIND_INTEGER },
  { "callback_query_id", KIND_TEXT },
  { "caption", KIND_TEXT },
  { "caption_entities", KIND_JSON },
  { "chat_id", KIND_INTEGER },
  { "commands", KIND_JSON },
  { "description", KIND_TEXT },
  { "direct_messages_topic_id", KIND_INTEGER },
  { "disable_content_type_detection", KIND_BOOLEAN },
  { "disable_notification", KIND_BOOLEAN },
  { "disable_web_page_preview", KIND_BOOLEAN },
  { "drop_pending_updates", KIND_BOOLEAN },
  { "duration", KIND_INTEGER },
  { "entities", KIND_JSON },
  { "file_id", KIND_TEXT },
  { "from_chat_id", KIND_INTEGER },
  { "height", KIND_INTEGER },
  { "limit", KIND_INTEGER },
  { "link_preview_options", KIND_JSON },
  { "max_connections", KIND_INTEGER },
  { "media", KIND_JSON },
  { "message_effect_id", KIND_TEXT },
  { "message_id", KIND_INTEGER },
  { "message_ids", KIND_JSON },
  { "message_thread_id", KIND_INTEGER },
  { "name", KIND_TEXT },
  { "offset", KIND_INTEGER },
  { "protect_content", KIND_BOOLEAN },
  { "reaction", KIND_JSON },
  { "reply_markup", KIND_JSON },
  { "reply_parameters", KIND_JSON },
  { "reply_to_message_id", KIND_INTEGER },
  { "scope", KIND_JSON },
  { "show_alert", KIND_BOOLEAN },
  { "text", KIND_TEXT },
  { "timeout", KIND_INTEGER },
  { "title", KIND_TEXT },
  { "user_id", KIND_INTEGER },
  { "width", KIND_INTEGER },
};

static int
compare_known (const void *name,
               const void *entry)
{
  return strcmp (name, ((const Known *)entry)->name);
}

static Kind
get_kind (const OptSandboxParam *item)
{
  const Known *entry =
    bsearch (item->name, known, G_N_ELEMENTS (known), sizeof (Known), compare_known);

  if (entry != NULL)
    return entry->kind;

  return item->is_raw ? KIND_JSON : KIND_TEXT;
}

static gboolean
add_json (GString               *out,
          const OptSandboxParam *item)
{
  g_autoptr (JsonNode) node = opt_sandbox_json_parse (item->value, (gssize)item->length, NULL);

  if (node == NULL)
    return FALSE;

  opt_sandbox_json_add_node (out, node);
  return TRUE;
}

static gboolean
add_integer (GString               *out,
             const OptSandboxParam *item)
{
  gint64 value;

  if (!g_ascii_string_to_signed (item->value, 10, G_MININT64, G_MAXINT64, &value, NULL))
    return item->is_raw && add_json (out, item);

  opt_sandbox_json_add_int (out, value);
  return TRUE;
}

static gboolean
add_boolean (GString               *out,
             OptSandboxParams      *self,
             const OptSandboxParam *item)
{
  if (*item->value == '\0')
    return FALSE;

  g_string_append (out, opt_sandbox_params_get_bool (self, item->name) ? "true" : "false");
  return TRUE;
}

static void
add_upload (GString          *out,
            OptSandboxUpload *upload)
{
  g_autofree char *name = g_utf8_make_valid (upload->file_name, -1);

  g_string_append (out, "{\"file_name\":");
  opt_sandbox_json_add_string (out, name, -1);
  g_string_append (out, ",\"size\":");
  opt_sandbox_json_add_int (out, (gint64)upload->size);
  g_string_append (out, ",\"sha256\":");
  opt_sandbox_json_add_string (out, upload->sha256, -1);
  g_string_append_c (out, '}');
}

static void
add_value (GString               *out,
           OptSandboxParams      *self,
           const OptSandboxParam *item)
{
  gboolean          is_done = FALSE;
  OptSandboxUpload *upload = NULL;

  if (g_str_has_prefix (item->value, "attach://"))
    upload = opt_sandbox_params_get_upload (self, item->value + strlen ("attach://"));
  if (upload != NULL)
    {
      add_upload (out, upload);
      return;
    }

  switch (get_kind (item))
    {
    case KIND_INTEGER:
      is_done = add_integer (out, item);
      break;
    case KIND_BOOLEAN:
      is_done = add_boolean (out, self, item);
      break;
    case KIND_JSON:
      is_done = add_json (out, item);
      break;
    case KIND_TEXT:
    default:
      break;
    }

  if (!is_done)
    {
      g_autofree char *valid = g_utf8_make_valid (item->value, (gssize)item->length);

      opt_sandbox_json_add_string (out, valid, -1);
    }
}

/* Of several with one name the first counts. */
static gboolean
is_given_before (const OptSandboxParam *items,
                 guint                  count,
                 const char            *name)
{
  for (guint i = 0; i < count; i++)
    {
      if (strcmp (items[i].name, name) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
add_name (GString    *out,
          const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);

  if (out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  opt_sandbox_json_add_string (out, valid, -1);
  g_string_append_c (out, ':');
}

/**
 * opt_sandbox_typed_add_params:
 * @out: where to write
 * @params: parameters
 *
 * Writes parameters as one object of typed JSON, whichever way they came: ids are numbers,
 * keyboards are objects, files are `{file_name, size, sha256}` under the parameter or part
 * that names them.
 */
void
opt_sandbox_typed_add_params (GString          *out,
                              OptSandboxParams *params)
{
  guint                  count;
  const OptSandboxParam *items = opt_sandbox_params_peek (params, &count);
  GPtrArray             *uploads = opt_sandbox_params_peek_uploads (params);

  g_string_append_c (out, '{');
  for (guint i = 0; i < count; i++)
    {
      if (is_given_before (items, i, items[i].name))
        continue;
      add_name (out, items[i].name);
      add_value (out, params, &items[i]);
    }
  for (guint i = 0; uploads != NULL && i < uploads->len; i++)
    {
      OptSandboxUpload *upload = g_ptr_array_index (uploads, i);

      if (is_given_before (items, count, upload->field))
        continue;
      add_name (out, upload->field);
      add_upload (out, upload);
    }
  g_string_append_c (out, '}');
}
