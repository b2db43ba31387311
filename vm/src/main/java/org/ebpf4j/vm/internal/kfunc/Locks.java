package org.ebpf4j.vm.internal.kfunc;

import java.util.Map;
import org.ebpf4j.vm.internal.machine.Helper;

/// Locks that may refuse, and sections that nothing interrupts. The latter are no more than their
/// names here: a run is on a thread of its own.
final class Locks {
  private Locks() {}

  static void addTo(Map<String, Helper> all) {
    for (var name :
        new String[] {"rcu_read_lock", "rcu_read_unlock", "preempt_disable", "preempt_enable"}) {
      all.put(name, (run, a, b, c, d, e) -> 0);
    }
    all.put(
        "local_irq_save",
        (run, flags, b, c, d, e) -> {
          run.memory().store(flags, Long.BYTES, 0);
          return 0;
        });
    all.put("local_irq_restore", (run, flags, b, c, d, e) -> 0);
    all.put("res_spin_lock", (run, lock, b, c, d, e) -> -run.tryLock(lock));
    all.put(
        "res_spin_lock_irqsave",
        (run, lock, flags, c, d, e) -> {
          run.memory().store(flags, Long.BYTES, 0);
          return -run.tryLock(lock);
        });
    for (var name : new String[] {"res_spin_unlock", "res_spin_unlock_irqrestore"}) {
      all.put(
          name,
          (run, lock, b, c, d, e) -> {
            run.releaseTried(lock);
            return 0;
          });
    }
  }
}
