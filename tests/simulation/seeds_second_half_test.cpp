// SPDX-License-Identifier: GPL-3.0-or-later
// ctest: label=simulation timeout=900
#include "simulation/seed_batch.h"

class SeedsSecondHalfTest : public QObject {
    Q_OBJECT
    indoubt::tests::SeedBatch m_batch;

  private slots:
    void random_lives_keep_every_invariant_data() { indoubt::tests::SeedBatch::rows(15001, 15000); }
    void random_lives_keep_every_invariant() { m_batch.run(); }
    void every_fault_kind_crash_point_and_invariant_was_hit() { m_batch.verify_everything_was_hit(); }
};
INDOUBT_TEST(SeedsSecondHalfTest);
#include "seeds_second_half_test.moc"
