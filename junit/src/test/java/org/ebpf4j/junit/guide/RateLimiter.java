package org.ebpf4j.junit.guide;

import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Packet;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Xdp;
import org.ebpf4j.program.map.LruHashMap;

@SuppressWarnings("NullAway") // Null checks are the compiler's.
class RateLimiter {
  static final class Bucket {
    long filled;
    long tokens;
  }

  static long perSecond = 100;
  static long most = 10;
  static final AtomicLong dropped = new AtomicLong();
  static final LruHashMap<Integer, Bucket> buckets = new LruHashMap<>(65_536);

  @Section(value = "xdp", onFault = Xdp.PASS)
  static int limit(Xdp context) {
    Packet packet = context.packet();
    if (packet.be16(12) != 0x0800) {
      return Xdp.PASS;
    }
    int from = packet.be32(26);
    long now = Bpf.ktimeNs();
    Bucket bucket = buckets.lookup(from);
    if (bucket == null) {
      Bucket full = new Bucket();
      full.filled = now;
      full.tokens = most - 1;
      buckets.put(from, full);
      return Xdp.PASS;
    }
    long fresh = (now - bucket.filled) * perSecond / 1_000_000_000;
    if (fresh > 0) {
      bucket.tokens = Math.min(bucket.tokens + fresh, most);
      bucket.filled = now;
    }
    if (bucket.tokens == 0) {
      dropped.incrementAndGet();
      return Xdp.DROP;
    }
    bucket.tokens--;
    return Xdp.PASS;
  }
}
