package org.ebpf4j.vm.internal.helper;

import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.Store;
import org.ebpf4j.vm.internal.map.Values;
import org.ebpf4j.vm.internal.packet.PacketContext;
import org.ebpf4j.vm.internal.packet.PacketEffects.Target;

/// Where programs send packets. Nothing is sent: it is kept where it was to go.
final class RedirectHelpers {
  private static final int INGRESS = 1;
  private static final int BROADCAST = 8;
  private static final int EXCLUDE_INGRESS = 16;
  private static final int ACTIONS = 3;
  private static final int XDP_ABORTED = 0;
  private static final int XDP_REDIRECT = 4;
  private static final int TC_SHOT = 2;
  private static final int TC_REDIRECT = 7;
  private static final int DROP = 0;
  private static final int PASS = 1;
  private static final int NEXT_HOP = 20;

  private RedirectHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put("redirect", RedirectHelpers::redirect);
    all.put("redirect_peer", RedirectHelpers::redirectPeer);
    all.put("redirect_neigh", RedirectHelpers::redirectNeighbour);
    all.put("clone_redirect", RedirectHelpers::cloneRedirect);
    all.put("redirect_map", RedirectHelpers::redirectMap);
    all.put("sk_redirect_map", RedirectHelpers::redirectToSocket);
    all.put("sk_redirect_hash", RedirectHelpers::redirectToSocketOfHash);
    all.put("msg_redirect_map", RedirectHelpers::redirectToSocket);
    all.put("msg_redirect_hash", RedirectHelpers::redirectToSocketOfHash);
  }

  private static PacketContext current(Run run) {
    if (run.subject() instanceof PacketContext context) {
      return context;
    }
    throw new MemoryFault(0, "no packet, in a program that redirects one");
  }

  private static boolean isXdp(PacketContext context) {
    return context.struct().name().equals("xdp_md");
  }

  private static long redirect(Run run, long device, long flags, long c, long d, long e) {
    var context = current(run);
    if (isXdp(context)) {
      if (flags != 0) {
        return XDP_ABORTED;
      }
      context.effects().redirect(new Target.Device((int) device, false, false, false));
      return XDP_REDIRECT;
    }
    if ((flags & ~INGRESS) != 0) {
      return TC_SHOT;
    }
    context
        .effects()
        .redirect(new Target.Device((int) device, (flags & INGRESS) != 0, false, false));
    return TC_REDIRECT;
  }

  private static long redirectPeer(Run run, long device, long flags, long c, long d, long e) {
    if (flags != 0) {
      return TC_SHOT;
    }
    current(run).effects().redirect(new Target.Device((int) device, true, true, false));
    return TC_REDIRECT;
  }

  private static long redirectNeighbour(
      Run run, long device, long hop, long size, long flags, long e) {
    if (flags != 0 || (size != 0 && size < NEXT_HOP)) {
      return TC_SHOT;
    }
    current(run).effects().redirect(new Target.Device((int) device, false, false, true));
    return TC_REDIRECT;
  }

  private static long cloneRedirect(
      Run run, long context, long device, long flags, long d, long e) {
    var found = PacketHelpers.context(run, context);
    if ((flags & ~INGRESS) != 0 || (int) device <= 0) {
      return -Errno.EINVAL;
    }
    found
        .effects()
        .send(
            new Target.Device((int) device, (flags & INGRESS) != 0, false, false),
            found.packet().content());
    return 0;
  }

  private static long redirectMap(Run run, long map, long key, long flags, long d, long e) {
    var store = Store.at(run.memory(), map);
    if ((flags & ~(ACTIONS | BROADCAST | EXCLUDE_INGRESS)) != 0) {
      return XDP_ABORTED;
    }
    var all = (flags & BROADCAST) != 0;
    if (!all && !has(store, Values.u32((int) key))) {
      return flags & ACTIONS;
    }
    current(run).effects().redirect(new Target.Entry(map, key & 0xffff_ffffL, flags, all));
    return XDP_REDIRECT;
  }

  private static boolean has(Store store, byte[] key) {
    synchronized (store) {
      return store.content().get(key) != null;
    }
  }

  private static long redirectToSocket(
      Run run, long context, long map, long key, long flags, long e) {
    return toSocket(run, context, map, Values.u32((int) key), key, flags);
  }

  private static long redirectToSocketOfHash(
      Run run, long context, long map, long key, long flags, long e) {
    var store = Store.at(run.memory(), map);
    return toSocket(run, context, map, run.memory().read(key, store.shape().keySize()), key, flags);
  }

  private static long toSocket(
      Run run, long context, long map, byte[] key, long number, long flags) {
    if ((flags & ~INGRESS) != 0 || !has(Store.at(run.memory(), map), key)) {
      return DROP;
    }
    PacketHelpers.context(run, context)
        .effects()
        .redirect(new Target.Entry(map, number, flags, false));
    return PASS;
  }
}
