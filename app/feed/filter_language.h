// SPDX-License-Identifier: GPL-3.0-or-later
// The one filter language for the filter fields: verdicts, chips and completion, and a compiled filter for lists of payments.
// GUI thread; the compiled predicate may be called from any thread.
#pragma once
#include <functional>
#include <memory>

#include "feed/place.h"
#include "view/filter.h"
#include "widgets/filter_field.h"

namespace indoubt::console::feed {

// Must not outlive the context.
std::unique_ptr<widgets::FilterLanguage> paymentFilterLanguage(const Context& context);

struct PaymentFilter {
    bool ok = true;
    QString error;
    view::Filter filter;
    // Null: everything matches.
    std::function<bool(const view::View&, const view::Transaction&, std::int64_t nowHlc)> matches;
};
PaymentFilter compilePaymentFilter(const QString& text, const Context& context);

// For "0 match": which term removes most, or an empty text.
QString emptyFilterHint(const QString& text, const Context& context);

}  // namespace indoubt::console::feed
