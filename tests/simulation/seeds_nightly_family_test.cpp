// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=nightly timeout=7200
// 202,500 random lives, shared by the nine protocols that may carry a payment.
#include "simulation/family_batch.h"
#include "support/test_main.h"

class SeedsNightlyFamilyTest : public QObject {
    Q_OBJECT

  private slots:
    void random_lives_keep_every_invariant_data() { indoubt::tests::family_rows(true); }
    void random_lives_keep_every_invariant() {
        QFETCH(QByteArray, protocol);
        indoubt::tests::run_family(protocol, 2'000'001, 22'500);
    }
};
INDOUBT_TEST(SeedsNightlyFamilyTest);
#include "seeds_nightly_family_test.moc"
