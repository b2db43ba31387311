import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Subprogram;
import org.ebpf4j.program.map.ArrayMap;
import org.ebpf4j.program.map.HashMap;

/// How long disks take for requests, from when they get them, as a histogram of powers of two of
/// microseconds.
class BlockLatency {
  static final class Histogram {
    final int[] slots = new int[27];
  }

  /// When a request was given to its disk, by the address of the request.
  static final HashMap<Long, Long> issued = new HashMap<>(10_240);

  static final ArrayMap<Histogram> latency = new ArrayMap<>(1);

  @Section("raw_tracepoint/block_rq_issue")
  static int issues(long request) {
    issued.put(request, Bpf.ktimeNs());
    return 0;
  }

  @Section("raw_tracepoint/block_rq_complete")
  static int completes(long request) {
    Long since = issued.lookup(request);
    if (since == null) {
      return 0;
    }
    long took = (Bpf.ktimeNs() - since) / 1000;
    issued.delete(request);
    latency.lookup(0).slots[Math.min(log2(took), 26)]++;
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
