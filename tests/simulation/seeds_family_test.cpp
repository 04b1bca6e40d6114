// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=900
// Random lives of every protocol that may carry a payment, beside the default one, which has the two halves to itself.
#include "simulation/family_batch.h"
#include "support/test_main.h"

class SeedsFamilyTest : public QObject {
    Q_OBJECT

  private slots:
    void random_lives_keep_every_invariant_data() { indoubt::tests::family_rows(false); }
    void random_lives_keep_every_invariant() {
        QFETCH(QByteArray, protocol);
        indoubt::tests::run_family(protocol, 1, 1000);
    }
};
INDOUBT_TEST(SeedsFamilyTest);
#include "seeds_family_test.moc"
