// SPDX-License-Identifier: GPL-3.0-or-later
// What a person types who looks for one payment: any reference or a part of it, a name, an account or its tail, an amount, a
// currency, an xid; several words in any order must all fit. Case, accents, blanks in accounts and thousands signs do not matter.
// The same word means the same in the filter language's free text.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "view/text_match.h"
#include "view/transaction.h"

namespace indoubt::view {

// One word, or several that belong together ("120.00 EUR", "4711 08").
class SearchWord {
  public:
    // `alone`: it is all that was typed; beside other words a short number may also be a part of an account.
    explicit SearchWord(std::string_view text, bool alone = true);
    bool fits(const Transaction& transaction) const;

  private:
    bool fits_amount(const events::Amount& amount) const;
    bool fits_account(std::string_view account) const;
    Needle m_needle;
    std::string m_head, m_tail;       // of an xid: "7f3a", and what stands behind ".."
    bool m_as_xid = false, m_as_account = false, m_alone = true;
    std::string m_account;            // account_key of the text
    std::string m_decimal, m_currency;  // of an amount; m_decimal empty: it is none
};

class SearchQuery {
  public:
    explicit SearchQuery(std::string_view text);
    bool empty() const { return m_words.empty(); }
    bool fits(const Transaction& transaction) const;
    // The same question to a cluster's logs, in the filter language.
    static std::string as_filter(std::string_view text);

  private:
    std::optional<SearchWord> m_whole;
    std::vector<SearchWord> m_words;
};

}  // namespace indoubt::view
