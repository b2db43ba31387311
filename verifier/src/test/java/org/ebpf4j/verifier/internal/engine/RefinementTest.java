package org.ebpf4j.verifier.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.verifier.internal.scalar.Comparison;
import org.ebpf4j.verifier.internal.scalar.Comparison.Outcome;
import org.ebpf4j.verifier.internal.scalar.Scalar;
import org.ebpf4j.verifier.internal.scalar.Tnum;
import org.junit.jupiter.api.Test;

/// What newer verifiers learn is true of every number that was possible.
class RefinementTest {
  private static final long SEED = 13;
  private static final int ROUNDS = 20_000;
  private static final List<Condition> CONDITIONS = List.of(Condition.values());

  private final Random random = new Random(SEED);

  /// Numbers around the places where halves and signs change.
  private long number() {
    long low = random.nextLong(12) - 6;
    long high = random.nextLong(6) - 3;
    return switch (random.nextInt(4)) {
      case 0 -> low;
      case 1 -> (high << 32) + low;
      case 2 -> (high << 32) + Integer.MIN_VALUE + low;
      default -> Long.MIN_VALUE + low;
    };
  }

  private static Scalar constant(long number) {
    var one = new Scalar();
    one.setConstant(number);
    return one;
  }

  /// A number of which a few comparisons are known, which are true of one that it stands for.
  private Scalar around(long member) {
    var some = new Scalar();
    some.setUnknown();
    if (random.nextBoolean()) {
      long mask = 1L << random.nextInt(64) | 1L << random.nextInt(8) | 1L << 32;
      some.bits = new Tnum(member & ~mask, mask);
      some.sync();
    }
    for (int i = 0; i < 4; i++) {
      var condition = CONDITIONS.get(random.nextInt(CONDITIONS.size()));
      boolean narrow = random.nextBoolean();
      long other = number();
      boolean holds = holds(condition, narrow, member, other);
      Comparison.learn(condition, holds, narrow, some, constant(other));
      some.sync();
    }
    return some;
  }

  private static boolean holds(Condition condition, boolean narrow, long left, long right) {
    long a = narrow ? (int) left : left;
    long b = narrow ? (int) right : right;
    int unsigned =
        narrow ? Integer.compareUnsigned((int) left, (int) right) : Long.compareUnsigned(a, b);
    return switch (condition) {
      case EQ -> a == b;
      case NE -> a != b;
      case SET -> (a & b) != 0;
      case GT -> unsigned > 0;
      case GE -> unsigned >= 0;
      case LT -> unsigned < 0;
      case LE -> unsigned <= 0;
      case SGT -> a > b;
      case SGE -> a >= b;
      case SLT -> a < b;
      case SLE -> a <= b;
    };
  }

  @Test
  void keepsEachPossibleNumber() {
    for (int i = 0; i < ROUNDS; i++) {
      long member = number();
      var some = around(member);
      assertThat(some.contains(member)).as("round " + i + ": before").isTrue();
      Refinement.apply(some);
      assertThat(some.contains(member)).as("round " + i + ": after").isTrue();
    }
  }

  @Test
  void decidesNoComparisonThatMayComeOutOtherwise() {
    var refinement = new Refinement();
    int decided = 0;
    for (int i = 0; i < ROUNDS; i++) {
      long left = number();
      long right = number();
      var condition = CONDITIONS.get(random.nextInt(CONDITIONS.size()));
      boolean narrow = random.nextBoolean();
      var outcome = refinement.outcome(condition, narrow, around(left), around(right));
      if (outcome != Outcome.EITHER) {
        decided++;
        assertThat(outcome)
            .as("round " + i + ": " + left + " " + condition + " " + right)
            .isEqualTo(holds(condition, narrow, left, right) ? Outcome.ALWAYS : Outcome.NEVER);
      }
    }
    assertThat(decided).isGreaterThan(ROUNDS / 20);
  }

  @Test
  void findsTheOnlyNumberThatBoundsAndBitsShare() {
    var some = new Scalar();
    some.setUnknown();
    some.bits = new Tnum(0xe0, 0x10);
    some.sync();
    some.umin = 0xe1;
    Refinement.apply(some);
    assertThat(some.isConstant()).isTrue();
    assertThat(some.constant()).isEqualTo(0xf0);
  }

  @Test
  void putsBoundsOfTheLowHalfIntoThoseOfTheWhole() {
    var some = new Scalar();
    some.setUnknown();
    some.umin = 0x1_0000_0008L;
    some.umax = 0x3_0000_0001L;
    some.u32min = 2;
    some.u32max = 5;
    Refinement.apply(some);
    assertThat(some.umin).isEqualTo(0x2_0000_0002L);
    assertThat(some.umax).isEqualTo(0x2_0000_0005L);
  }
}
