package org.ebpf4j.vm.internal.helper;

import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Run;

/// What programs do with messages of sockets (`struct sk_msg_md`), of which all is in one piece.
final class MessageHelpers {
  private MessageHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put("msg_apply_bytes", (run, context, bytes, c, d, e) -> 0);
    all.put("msg_cork_bytes", (run, context, bytes, c, d, e) -> 0);
    all.put("msg_pull_data", MessageHelpers::pull);
    all.put("msg_push_data", MessageHelpers::push);
    all.put("msg_pop_data", MessageHelpers::pop);
  }

  private static long pull(Run run, long context, long start, long end, long flags, long e) {
    var packet = PacketHelpers.packet(run, context);
    var from = start & 0xffff_ffffL;
    var to = end & 0xffff_ffffL;
    return flags != 0 || to <= from || to > packet.length() ? -Errno.EINVAL : 0;
  }

  private static long push(Run run, long context, long start, long count, long flags, long e) {
    var packet = PacketHelpers.packet(run, context);
    var at = start & 0xffff_ffffL;
    if (flags != 0 || at > packet.length()) {
      return -Errno.EINVAL;
    }
    if ((count & 0xffff_ffffL) == 0) {
      return 0;
    }
    return packet.insert((int) at, (int) count) ? 0 : -Errno.ENOMEM;
  }

  private static long pop(Run run, long context, long start, long count, long flags, long e) {
    var packet = PacketHelpers.packet(run, context);
    var at = start & 0xffff_ffffL;
    var size = count & 0xffff_ffffL;
    if (flags != 0 || at + size > packet.length()) {
      return -Errno.EINVAL;
    }
    return size == 0 || packet.cut((int) at, (int) size) ? 0 : -Errno.EINVAL;
  }
}
