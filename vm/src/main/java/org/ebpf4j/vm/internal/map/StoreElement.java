package org.ebpf4j.vm.internal.map;

import java.util.Optional;
import org.ebpf4j.vm.internal.machine.Memory;

/// An entry of a map, as a callback is given it.
///
/// @param key the key
/// @param value the address of the value
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record StoreElement(byte[] key, long value) {
  /// The entry of whose value a byte is at an address; empty where the map or the entry is gone.
  public static Optional<StoreElement> find(Memory memory, long map, long address) {
    if (memory.find(map) == null) {
      return Optional.empty();
    }
    var store = Store.at(memory, map);
    var size = store.shape().elementSize();
    synchronized (store) {
      var content = store.content();
      if (content instanceof ArrayContent array) {
        var index = (int) ((address - array.address()) / Values.stride(size));
        return Optional.of(new StoreElement(Values.u32(index), value(content, Values.u32(index))));
      }
      for (var key = content.next(null); key != null; key = content.next(key)) {
        var value = value(content, key);
        if (address >= value && address < value + size) {
          return Optional.of(new StoreElement(key, value));
        }
      }
    }
    return Optional.empty();
  }

  private static long value(Content content, byte[] key) {
    return content.address(key, 0);
  }
}
