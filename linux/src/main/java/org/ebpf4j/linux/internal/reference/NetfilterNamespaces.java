package org.ebpf4j.linux.internal.reference;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.reference.ObjectKey;

/// The network namespaces of links of netfilter, of which system calls say nothing: they are read
/// in the kernel's memory.
public final class NetfilterNamespaces {
  private static final String LINK = "bpf_nf_link";

  private NetfilterNamespaces() {}

  /// The numbers of the namespaces, by the ids of links. Links are missing of which that cannot be
  /// told, as without `CAP_PERFMON` or BTF.
  public static Map<Integer, Long> of(List<Integer> links) {
    if (links.isEmpty()) {
      return Map.of();
    }
    try (var kernel = KernelView.open()) {
      kernel.counts();
      return of(links, kernel);
    } catch (BpfException _) {
      return Map.of();
    }
  }

  private static Map<Integer, Long> of(List<Integer> links, KernelView kernel) {
    var start = kernel.layout().of(LINK, "link");
    var pointers =
        links.stream()
            .mapToLong(id -> kernel.addresses.getOrDefault(ObjectKey.link(id), 0L))
            .map(address -> address == 0 ? 0 : address - start)
            .toArray();
    var spaces = kernel.memory().follow(pointers, kernel.layout().of(LINK, "net"));
    var numbers = kernel.memory().follow(spaces, kernel.layout().of("net", "ns", "inum"));
    var found = new HashMap<Integer, Long>();
    for (int i = 0; i < numbers.length; i++) {
      var number = first(numbers[i]);
      if (number != 0) {
        found.put(links.get(i), number);
      }
    }
    return found;
  }

  /// The first four bytes of a word in memory.
  private static long first(long word) {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
        ? word & 0xffff_ffffL
        : word >>> Integer.SIZE;
  }
}
