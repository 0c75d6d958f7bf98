/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-sandbox-entity.h"

#include <string.h>

#include "opt-sandbox-json.h"
#include "opt-sandbox-pattern.h"

/* What somebody may ask for, and which member it needs besides. */
typedef struct
{
  const char *type;
  const char *member;
  gboolean    is_required;
} Known;

static const Known given[] = {
  { "bold", NULL, FALSE },
  { "italic", NULL, FALSE },
  { "underline", NULL, FALSE },
  { "strikethrough", NULL, FALSE },
  { "spoiler", NULL, FALSE },
  { "code", NULL, FALSE },
  { "blockquote", NULL, FALSE },
  { "expandable_blockquote", NULL, FALSE },
  { "pre", "language", FALSE },
  { "text_link", "url", TRUE },
  { "text_mention", "user", TRUE },
  { "custom_emoji", "custom_emoji_id", TRUE },
  { "date_time", "unix_time", TRUE },
};

/* These the server finds itself, and ignores when they are given. */
static const char *const found[] = {
  "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"
};

static void
entity_clear (gpointer data)
{
  g_free (((OptSandboxEntity *)data)->extra);
}

/**
 * opt_sandbox_entities_new:
 *
 * Returns: (transfer full): an empty array of OptSandboxEntity
 */
GArray *
opt_sandbox_entities_new (void)
{
  GArray *entities = g_array_new (FALSE, FALSE, sizeof (OptSandboxEntity));

  g_array_set_clear_func (entities, entity_clear);
  return entities;
}

static char *
fail (const char *detail)
{
  return g_strconcat ("can't parse MessageEntity: ", detail, NULL);
}

static char *
get_field (JsonObject *object,
           const char *name,
           gint64     *value)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL)
    return g_strdup_printf ("can't parse MessageEntity: Can't find field \"%s\"", name);
  *value = opt_sandbox_json_get_int (object, name, G_MAXINT64);
  if (*value < G_MININT32 || *value > G_MAXINT32)
    return g_strdup_printf ("can't parse MessageEntity: Field \"%s\" must be a valid Number", name);

  return NULL;
}

static char *
take_extra (OptSandboxEntity *entity,
            const Known      *known,
            JsonObject       *object)
{
  JsonNode *node;
  GString  *out;

  if (known->member == NULL)
    return NULL;

  node = json_object_get_member (object, known->member);
  if (node == NULL && known->is_required)
    return g_strdup_printf ("can't parse MessageEntity: Can't find field \"%s\"", known->member);
  if (node == NULL)
    return NULL;

  out = g_string_new (",");
  opt_sandbox_json_add_string (out, known->member, -1);
  g_string_append_c (out, ':');
  opt_sandbox_json_add_node (out, node);
  entity->extra = g_string_free (out, FALSE);
  return NULL;
}

static char *
parse_entity (GArray   *entities,
              JsonNode *node)
{
  OptSandboxEntity entity = { NULL, 0, 0, NULL };
  JsonObject      *object;
  const char      *type;
  gint64           offset = 0;
  gint64           length = 0;
  char            *problem;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail ("expected an Object");
  object = json_node_get_object (node);
  problem = get_field (object, "offset", &offset);
  if (problem == NULL)
    problem = get_field (object, "length", &length);
  if (problem != NULL)
    return problem;
  type = opt_sandbox_json_get_string (object, "type");
  if (type == NULL)
    return fail ("Can't find field \"type\"");

  for (guint i = 0; i < G_N_ELEMENTS (found); i++)
    {
      if (strcmp (found[i], type) == 0)
        return NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (given); i++)
    {
      if (strcmp (given[i].type, type) != 0)
        continue;
      entity.type = given[i].type;
      entity.offset = (gint32)offset;
      entity.length = (gint32)length;
      problem = take_extra (&entity, &given[i], object);
      if (problem == NULL)
        g_array_append_val (entities, entity);
      return problem;
    }

  return fail ("Unsupported type specified");
}

static int
compare (gconstpointer a,
         gconstpointer b)
{
  const OptSandboxEntity *one = a;
  const OptSandboxEntity *other = b;

  if (one->offset != other->offset)
    return one->offset < other->offset ? -1 : 1;
  if (one->length != other->length)
    return one->length > other->length ? -1 : 1;

  return strcmp (one->type, other->type);
}

/**
 * opt_sandbox_entities_parse:
 * @entities: where to add them
 * @json: an array of MessageEntity objects as it was given, maybe empty
 *
 * Reads entities as the server does: what is no JSON array counts as none.
 *
 * Returns: (transfer full) (nullable): what is wrong with them
 */
char *
opt_sandbox_entities_parse (GArray     *entities,
                            const char *json)
{
  g_autoptr (JsonNode) node = NULL;
  JsonArray *array;

  if (*json == '\0')
    return NULL;
  node = opt_sandbox_json_parse (json, -1, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;

  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      char *problem = parse_entity (entities, json_array_get_element (array, i));

      if (problem != NULL)
        return problem;
    }

  g_array_sort (entities, compare);
  return NULL;
}

static gboolean
overlaps (GArray *entities,
          gint32  offset,
          gint32  length)
{
  for (guint i = 0; i < entities->len; i++)
    {
      OptSandboxEntity *entity = &g_array_index (entities, OptSandboxEntity, i);

      if (offset < entity->offset + entity->length && entity->offset < offset + length)
        return TRUE;
    }

  return FALSE;
}

/**
 * opt_sandbox_entities_may_have:
 * @text: a text
 *
 * Returns: %FALSE if there is surely nothing to find in it
 */
gboolean
opt_sandbox_entities_may_have (const char *text)
{
  return strpbrk (text, "/@#$.+") != NULL;
}

/**
 * opt_sandbox_entities_find:
 * @entities: what is in the text already
 * @text: a text
 *
 * Adds what the server finds by itself: commands, mentions, hashtags, cashtags, links, mail
 * addresses and phone numbers, where nothing else is.
 */
void
opt_sandbox_entities_find (GArray     *entities,
                           const char *text)
{
  const char *at = text;
  gint32      offset = 0;

  if (!opt_sandbox_entities_may_have (text))
    return;

  while (*at != '\0')
    {
      OptSandboxEntity entity = { NULL, offset, 0, NULL };
      const char      *end = opt_sandbox_pattern_match (text, at, &entity.type);
      const char      *next = end != NULL ? end : g_utf8_next_char (at);

      for (; at < next; at = g_utf8_next_char (at))
        offset += (guchar)*at >= 0xf0 ? 2 : 1;
      entity.length = offset - entity.offset;
      if (end != NULL && !overlaps (entities, entity.offset, entity.length))
        g_array_append_val (entities, entity);
    }

  g_array_sort (entities, compare);
}

/**
 * opt_sandbox_entities_to_json:
 * @entities: entities
 *
 * Returns: (transfer full) (nullable): an array of MessageEntity objects, or %NULL without any
 */
char *
opt_sandbox_entities_to_json (GArray *entities)
{
  GString *out;

  if (entities->len == 0)
    return NULL;

  out = g_string_new ("[");
  for (guint i = 0; i < entities->len; i++)
    {
      OptSandboxEntity *entity = &g_array_index (entities, OptSandboxEntity, i);

      g_string_append (out, i > 0 ? ",{\"offset\":" : "{\"offset\":");
      opt_sandbox_json_add_int (out, entity->offset);
      g_string_append (out, ",\"length\":");
      opt_sandbox_json_add_int (out, entity->length);
      g_string_append (out, ",\"type\":");
      opt_sandbox_json_add_string (out, entity->type, -1);
      if (entity->extra != NULL)
        g_string_append (out, entity->extra);
      g_string_append_c (out, '}');
    }
  g_string_append_c (out, ']');

  return g_string_free (out, FALSE);
}
