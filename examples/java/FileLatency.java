import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Subprogram;
import org.ebpf4j.program.map.HashMap;

/// How long reading (0) and writing (1) files takes, as a histogram of powers of two. The same as
/// `examples/tools/filelat.bpf.c`.
class FileLatency {
  record Start(long ns, int operation) {}

  static final class Histogram {
    final int[] slots = new int[27];
  }

  static int only_pid = 0;
  static boolean in_us = true;
  static final HashMap<Integer, Start> starts = new HashMap<>(10_240);
  static final HashMap<Integer, Histogram> latency = new HashMap<>(2);

  @Section("tracepoint/syscalls/sys_enter_read")
  static int enter_read() {
    return begin(0);
  }

  @Section("tracepoint/syscalls/sys_exit_read")
  static int exit_read() {
    return end();
  }

  @Section("tracepoint/syscalls/sys_enter_write")
  static int enter_write() {
    return begin(1);
  }

  @Section("tracepoint/syscalls/sys_exit_write")
  static int exit_write() {
    return end();
  }

  private static int begin(int operation) {
    long id = Bpf.currentPidTgid();
    if (only_pid != 0 && only_pid != (int) (id >>> 32)) {
      return 0;
    }
    starts.put((int) id, new Start(Bpf.ktimeNs(), operation));
    return 0;
  }

  private static int end() {
    int thread = (int) Bpf.currentPidTgid();
    Start start = starts.lookup(thread);
    if (start == null) {
      return 0;
    }
    long took = Bpf.ktimeNs() - start.ns();
    int operation = start.operation();
    starts.delete(thread);
    latency.putIfAbsent(operation, new Histogram());
    int slot = Math.min(log2(in_us ? took / 1000 : took), 26);
    latency.lookup(operation).slots[slot]++;
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
