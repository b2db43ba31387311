package org.ebpf4j.linux.internal.binary;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.ebpf4j.binary.StaticArgument.Layout;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;

/// What the programs of one attachment are told of arguments of static probes, in the maps that
/// libbpf's `usdt.bpf.h` puts into an object. An element of the first is one description; where the
/// kernel has no cookies, the second says by the address of a probe which it is. Closing gives the
/// elements back. Attachments of one object share its maps, but no elements.
public final class UsdtSpecs implements AutoCloseable {
  /// The name of the map of descriptions.
  public static final String DESCRIPTIONS = "__bpf_usdt_specs";

  /// The name of the map of addresses.
  public static final String ADDRESSES = "__bpf_usdt_ip_to_spec_id";

  /// The elements that are in use, for each map by its id.
  private static final Map<Integer, BitSet> USED = new HashMap<>();

  private final String what;
  private final Fd descriptions;
  private final Layout layout;
  private final int id;
  private final long size;
  private final List<Fd> addresses = new ArrayList<>();
  private final Map<String, Integer> elements = new HashMap<>();
  private final List<byte[]> keys = new ArrayList<>();

  private UsdtSpecs(String what, int map, OptionalInt addressMap) {
    this.what = what;
    var info = ObjectInfo.map(map);
    layout =
        Layout.ofSize(info.valueSize())
            .orElseThrow(() ->
                new BpfException(
                    what
                        + ": the values of the object's map "
                        + DESCRIPTIONS
                        + " have "
                        + info.valueSize()
                        + " bytes, where usdt.bpf.h of libbpf has "
                        + Layout.PLAIN.size()
                        + " or "
                        + Layout.WITH_INDEX.size()
                        + "; the object was made with another"));
    id = info.id();
    size = info.maxEntries();
    descriptions = Fd.duplicate(map);
    try {
      addressMap.ifPresent(fd -> addresses.add(Fd.duplicate(fd)));
    } catch (RuntimeException e) {
      descriptions.close();
      throw e;
    }
  }

  /// @param what the attempt, for messages
  /// @param descriptions the map of descriptions
  /// @param addresses that of addresses, where the object has one
  public static UsdtSpecs open(String what, int descriptions, OptionalInt addresses) {
    return new UsdtSpecs(what, descriptions, addresses);
  }

  /// How descriptions are laid out.
  public Layout layout() {
    return layout;
  }

  /// The element that describes arguments; those that are written the same have the same.
  ///
  /// @throws BpfException where all elements of the map are in use
  public int describe(String arguments, byte[] description) {
    var known = elements.get(arguments);
    if (known != null) {
      return known;
    }
    var element = take();
    elements.put(arguments, element);
    check("MAP_UPDATE_ELEM", Bpf.mapUpdate(descriptions.number(), key(element), description, 0));
    return element;
  }

  private int take() {
    synchronized (USED) {
      var used = USED.computeIfAbsent(id, _ -> new BitSet());
      var free = used.nextClearBit(0);
      if (free >= size) {
        throw new BpfException(
            what
                + ": the object's map "
                + DESCRIPTIONS
                + " has "
                + size
                + " elements, and all are in use"
                + "\n  try: the object with -DBPF_USDT_MAX_SPEC_CNT="
                + 4 * size
                + ", or other maximal entries for that map when it is loaded");
      }
      used.set(free);
      return free;
    }
  }

  /// Says that the probe at an address has the arguments that an element describes.
  public void place(long address, int element) {
    for (var map : addresses) {
      var key = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
      key.putLong(address);
      check("MAP_UPDATE_ELEM", Bpf.mapUpdate(map.number(), key.array(), key(element), 0));
      keys.add(key.array());
    }
  }

  private static byte[] key(int element) {
    return ByteBuffer.allocate(Integer.BYTES)
        .order(ByteOrder.nativeOrder())
        .putInt(element)
        .array();
  }

  private void check(String command, int errno) {
    if (errno != 0) {
      throw KernelException.of(what + ": the arguments of the probe", command, errno);
    }
  }

  @Override
  public void close() {
    for (var map : addresses) {
      keys.forEach(key -> Bpf.mapDelete(map.number(), key));
      map.close();
    }
    descriptions.close();
    synchronized (USED) {
      var used = USED.get(id);
      if (used != null) {
        elements.values().forEach(used::clear);
        if (used.isEmpty()) {
          USED.remove(id);
        }
      }
    }
    elements.clear();
  }
}
