import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.KernelType;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Subprogram;
import org.ebpf4j.program.map.ArrayMap;
import org.ebpf4j.program.map.HashMap;

/// How long tasks that could run waited for a CPU, as a histogram of powers of two of microseconds.
class RunQueue {
  @KernelType(value = "task_struct", probe = true)
  interface Task {
    int pid();
  }

  static final class Histogram {
    final int[] slots = new int[27];
  }

  static final HashMap<Integer, Long> wakeups = new HashMap<>(10_240);
  static final ArrayMap<Histogram> waits = new ArrayMap<>(1);

  @Section("raw_tracepoint/sched_wakeup")
  static int wakes(Task task) {
    wakeups.put(task.pid(), Bpf.ktimeNs());
    return 0;
  }

  @Section("raw_tracepoint/sched_wakeup_new")
  static int wakesNew(Task task) {
    wakeups.put(task.pid(), Bpf.ktimeNs());
    return 0;
  }

  @Section("raw_tracepoint/sched_switch")
  static int runs(boolean preempted, Task previous, Task next) {
    int pid = next.pid();
    Long since = wakeups.lookup(pid);
    if (since == null) {
      return 0;
    }
    long waited = (Bpf.ktimeNs() - since) / 1000;
    wakeups.delete(pid);
    waits.lookup(0).slots[Math.min(log2(waited), 26)]++;
    return 0;
  }

  @Subprogram
  static int log2(long value) {
    long rest = value;
    int result = 0;
    for (int shift = 32; shift > 0; shift >>= 1) {
      if (rest >>> shift != 0) {
        rest >>>= shift;
        result += shift;
      }
    }
    return result;
  }
}
