/* SPDX-FileCopyrightText: Optimus contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "opt-fake-delivery.h"

#include "opt-clock.h"
#include "opt-json.h"

struct _OptFakeDelivery
{
  GObject parent_instance;

  GPtrArray  *calls; /* (owned) (element-type OptFakeCall) */
  OptFakeFunc func;
  gpointer    user_data;
  OptClock   *clock; /* (owned) (nullable) */
};

static void
call_free (gpointer data)
{
  OptFakeCall *call = data;

  g_free (call->bot);
  g_free (call->method);
  g_free (call->body);
  g_free (call->chat);
  g_free (call->text);
  g_free (call->file_name);
  g_free (call->mime);
  g_clear_pointer (&call->file, g_bytes_unref);
  g_free (call);
}

static void
read_body (OptFakeCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object = NULL;
  const char *text;
  gint64      id;

  node = opt_json_parse_object (call->body, -1, &object, &error);
  g_assert_no_error (error);
  if (opt_json_get_int (object, "chat_id", &id))
    call->chat = g_strdup_printf ("%" G_GINT64_FORMAT, id);
  else
    call->chat = g_strdup (opt_json_get_string (object, "chat_id"));
  text = opt_json_get_string (object, "text");
  call->text = g_strdup (text != NULL ? text : opt_json_get_string (object, "caption"));
}

static void
deliver (OptDelivery     *delivery,
         const OptParcel *parcel,
         GCancellable    *cancellable,
         OptDeliveredFunc done,
         gpointer         user_data)
{
  OptFakeDelivery *self = OPT_FAKE_DELIVERY (delivery);
  OptFakeCall     *call = g_new0 (OptFakeCall, 1);
  OptDelivered     delivered = { 0 };

  call->bot = g_strdup (parcel->bot);
  call->method = g_strdup (parcel->method);
  call->body = g_strdup (parcel->body);
  call->file_name = g_strdup (parcel->file_name);
  call->mime = g_strdup (parcel->mime);
  call->file = parcel->file != NULL ? g_bytes_ref (parcel->file) : NULL;
  call->at = self->clock != NULL ? opt_clock_get_boot (self->clock) : 0;
  call->done = done;
  call->user_data = user_data;
  read_body (call);
  g_ptr_array_add (self->calls, call);
  call->message_id = 1000 + self->calls->len;
  if (self->func != NULL && self->func (call, &delivered, self->user_data))
    opt_fake_delivery_answer (self, call, &delivered);
}

static void
delivery_iface_init (OptDeliveryInterface *iface)
{
  iface->deliver = deliver;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (OptFakeDelivery,
                               opt_fake_delivery,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (OPT_TYPE_DELIVERY, delivery_iface_init))

static void
opt_fake_delivery_finalize (GObject *object)
{
  OptFakeDelivery *self = OPT_FAKE_DELIVERY (object);

  opt_fake_delivery_forget (self);
  g_ptr_array_unref (self->calls);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (opt_fake_delivery_parent_class)->finalize (object);
}

static void
opt_fake_delivery_class_init (OptFakeDeliveryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = opt_fake_delivery_finalize;
}

static void
opt_fake_delivery_init (OptFakeDelivery *self)
{
  self->calls = g_ptr_array_new_with_free_func (call_free);
}

OptFakeDelivery *
opt_fake_delivery_new (void)
{
  return g_object_new (OPT_TYPE_FAKE_DELIVERY, NULL);
}

/* Without a function every call stays open until it is answered. */
void
opt_fake_delivery_set_func (OptFakeDelivery *self,
                            OptFakeFunc      func,
                            gpointer         user_data)
{
  self->func = func;
  self->user_data = user_data;
}

void
opt_fake_delivery_set_clock (OptFakeDelivery *self,
                             gpointer         clock)
{
  g_set_object (&self->clock, OPT_CLOCK (clock));
}

GPtrArray *
opt_fake_delivery_get_calls (OptFakeDelivery *self)
{
  return self->calls;
}

OptFakeCall *
opt_fake_delivery_get_call (OptFakeDelivery *self,
                            guint            index)
{
  g_assert_cmpuint (index, <, self->calls->len);
  return g_ptr_array_index (self->calls, index);
}

guint
opt_fake_delivery_count_open (OptFakeDelivery *self)
{
  guint n = 0;

  for (guint i = 0; i < self->calls->len; i++)
    n += !((OptFakeCall *)g_ptr_array_index (self->calls, i))->answered;
  return n;
}

void
opt_fake_delivery_answer (OptFakeDelivery    *self,
                          OptFakeCall        *call,
                          const OptDelivered *delivered)
{
  g_assert_false (call->answered);
  call->answered = TRUE;
  call->done (delivered, call->user_data);
}

void
opt_fake_delivery_answer_ok (OptFakeDelivery *self,
                             OptFakeCall     *call)
{
  OptDelivered delivered = { .outcome = OPT_DELIVERY_OK, .message_id = call->message_id };

  opt_fake_delivery_answer (self, call, &delivered);
}

/* Answers what is open, as when the program ends: nobody listens any more. */
void
opt_fake_delivery_forget (OptFakeDelivery *self)
{
  OptDelivered delivered = { .outcome = OPT_DELIVERY_UNKNOWN };

  for (guint i = 0; i < self->calls->len; i++)
    {
      OptFakeCall *call = g_ptr_array_index (self->calls, i);

      if (!call->answered)
        opt_fake_delivery_answer (self, call, &delivered);
    }
}

gboolean
opt_fake_delivery_say_ok (OptFakeCall  *call,
                          OptDelivered *delivered,
                          gpointer      user_data)
{
  delivered->outcome = OPT_DELIVERY_OK;
  delivered->message_id = call->message_id;
  return TRUE;
}
