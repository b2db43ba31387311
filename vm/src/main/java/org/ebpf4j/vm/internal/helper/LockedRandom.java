package org.ebpf4j.vm.internal.helper;

import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/// Random numbers for any thread.
public final class LockedRandom implements RandomGenerator {
  private final ReentrantLock lock = new ReentrantLock();
  private final SplittableRandom source;

  public LockedRandom(long seed) {
    source = new SplittableRandom(seed);
  }

  @Override
  public long nextLong() {
    lock.lock();
    try {
      return source.nextLong();
    } finally {
      lock.unlock();
    }
  }
}
