package org.ebpf4j.testkit.fuzz;

import java.util.random.RandomGenerator;

/// Makes bad inputs of a good one.
public interface Damage {
  /// Another input, different at each call.
  byte[] damaged(RandomGenerator random);

  /// What damages that input, by its format: an object file, bare BTF, text, or any bytes.
  static Damage of(byte[] seed) {
    if (seed.length >= ObjectDamage.LEAST && seed[0] == 0x7f && seed[1] == 'E') {
      return new ObjectDamage(seed);
    }
    if (BtfDamage.takes(seed)) {
      return new BtfDamage(seed);
    }
    return new PlainDamage(seed);
  }
}
