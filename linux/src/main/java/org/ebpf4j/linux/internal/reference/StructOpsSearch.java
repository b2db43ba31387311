package org.ebpf4j.linux.internal.reference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.internal.host.KernelBtf;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.object.MapType;

/// Maps of operations, which hold the programs that their functions are: in the value that they
/// give, each stands as the id of the program.
final class StructOpsSearch {
  /// Where a value has its state, and what that is where the functions were put to use without a
  /// link.
  private static final int STATE = 4;

  private static final int IN_USE = 1;

  private StructOpsSearch() {}

  static void find(LivingObjects inventory, Found found) {
    for (var map : inventory.maps().values()) {
      if (map.mapType().filter(t -> t == MapType.STRUCT_OPS).isPresent()) {
        look(map, inventory, found);
      }
    }
  }

  private static void look(LivingObjects.MapFacts map, LivingObjects inventory, Found found) {
    var opened = LivingObjects.open(ObjectKind.MAP, map.id());
    if (opened.isEmpty()) {
      return;
    }
    try (var fd = opened.get()) {
      var value = new byte[map.valueSize()];
      if (Bpf.mapLookup(fd.number(), new byte[map.keySize()], value) != 0) {
        return;
      }
      if (value.length >= STATE + Integer.BYTES
          && ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt(STATE) == IN_USE) {
        found.add(
            ObjectKey.map(map.id()),
            new Reference.Kernel(
                "the kernel has its functions in use", 1, "ebpf4j map del " + map.id() + " 0"));
      }
      var buffer = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
      for (var function : functions(KernelBtf.running(), map.kernelValueType())) {
        if (function.at + Long.BYTES <= value.length) {
          var id = (int) buffer.getLong(function.at);
          if (inventory.programs().containsKey(id)) {
            found.add(
                ObjectKey.program(id),
                new Reference.Slot("struct_ops", map.id(), map.name(), function.name));
          }
        }
      }
    } catch (BpfException e) {
      found.note("the programs of struct_ops map " + map.id() + ": " + e.getMessage());
    }
  }

  private record Function(String name, int at) {}

  /// The pointers to functions of the structure in a value: it is the member `data`.
  private static List<Function> functions(Btf types, int valueType) {
    var functions = new ArrayList<Function>();
    if (valueType == 0 || valueType > types.typeCount()) {
      return functions;
    }
    if (types.type(valueType) instanceof BtfType.Struct value) {
      for (var member : value.members()) {
        if (member.name().equals("data")
            && types.type(types.resolve(member.type())) instanceof BtfType.Struct operations) {
          var base = (int) (member.bitOffset() / Byte.SIZE);
          for (var operation : operations.members()) {
            if (types.type(types.resolve(operation.type())) instanceof BtfType.Pointer pointer
                && types.type(types.resolve(pointer.target())) instanceof BtfType.Prototype) {
              functions.add(
                  new Function(operation.name(), base + (int) (operation.bitOffset() / Byte.SIZE)));
            }
          }
        }
      }
    }
    return functions;
  }
}
