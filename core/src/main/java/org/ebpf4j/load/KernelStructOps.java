package org.ebpf4j.load;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.object.StructOps;

/// A struct of functions as the running kernel has it: what the object's variable comes to there.
/// Members are matched by name, as kernels differ in them.
///
/// @param valueType the kernel's type of the whole value, `struct bpf_struct_ops_NAME`
/// @param valueSize its bytes
/// @param type the kernel's type of the struct of functions
/// @param members the functions, in the order of the object's struct
/// @param image the value without the functions
public record KernelStructOps(
    int valueType, int valueSize, int type, List<Member> members, Bytes image) {
  /// More bytes than any struct of functions has.
  private static final int LARGEST = 1 << 20;

  /// What stands before the name of a struct of functions in the name of its value's type.
  public static final String VALUE_PREFIX = "bpf_struct_ops_";

  public KernelStructOps {
    members = List.copyOf(members);
  }

  /// A function of the struct.
  ///
  /// @param program the program that implements it
  /// @param index which member of the kernel's struct it is
  /// @param offset where its pointer stands in the value
  public record Member(String program, int index, int offset) {}

  /// The value with the descriptors of the programs where the kernel expects functions.
  ///
  /// @param descriptor gives the descriptor of a program by its name
  public byte[] value(java.util.function.ToIntFunction<String> descriptor) {
    var bytes = image.toArray();
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    for (var member : members) {
      buffer.putLong(member.offset(), descriptor.applyAsInt(member.program()));
    }
    return bytes;
  }

  /// Lays a struct of functions out as the kernel has it.
  ///
  /// @param map the name of the map, for messages
  /// @param name the name of the struct, without a flavour
  /// @param valueType the kernel's `struct bpf_struct_ops_NAME`
  /// @throws RelocationException where the kernel's struct cannot take what the object says
  public static KernelStructOps of(
      String map, Btf types, StructOps ops, Btf kernel, String name, int valueType) {
    return new Match(map, types, ops, kernel, name, valueType).run();
  }

  /// The struct as the object has it, for a kernel that takes any.
  static KernelStructOps asIn(Btf types, StructOps ops) {
    var members = new ArrayList<Member>();
    if (types.type(ops.type()) instanceof BtfType.Struct struct) {
      ops.programs()
          .forEach((index, program) ->
              members.add(
                  new Member(program, index, (int) (struct.members().get(index).bitOffset() / 8))));
    }
    return new KernelStructOps(0, ops.content().size(), ops.type(), members, ops.content());
  }

  private static final class Match {
    private final String map;
    private final Btf types;
    private final StructOps ops;
    private final Btf kernel;
    private final String name;
    private final int valueType;

    Match(String map, Btf types, StructOps ops, Btf kernel, String name, int valueType) {
      this.map = map;
      this.types = types;
      this.ops = ops;
      this.kernel = kernel;
      this.name = name;
      this.valueType = valueType;
    }

    private RelocationException fault(String problem) {
      return new RelocationException(name, "map '" + map + "' (struct " + name + "): " + problem);
    }

    KernelStructOps run() {
      if (!(kernel.type(valueType) instanceof BtfType.Struct value)) {
        throw fault("the kernel's struct " + VALUE_PREFIX + name + " is none");
      }
      var type = structId();
      var data =
          value.members().stream()
              .filter(m -> m.type() == type)
              .findFirst()
              .orElseThrow(
                  () -> fault("the kernel's struct " + VALUE_PREFIX + name + " does not hold it"));
      if (!(types.type(ops.type()) instanceof BtfType.Struct local)
          || !(kernel.type(type) instanceof BtfType.Struct target)
          || value.size() < 0) {
        throw fault("what should be a struct is none");
      }
      if (value.size() > LARGEST) {
        throw fault("the kernel's has " + value.size() + " bytes, which no kernel's has");
      }
      var image = new byte[(int) value.size()];
      var source = ops.content().toArray();
      var members = new ArrayList<Member>();
      for (int i = 0; i < local.members().size(); i++) {
        var member = local.members().get(i);
        var size = types.size(member.type());
        var from = member.bitOffset() / 8;
        var program = ops.programs().get(i);
        var index = indexOf(target, member.name());
        if (index < 0) {
          if (program != null || !isZero(source, from, size)) {
            throw fault("the kernel's has no member '" + member.name() + "'");
          }
          continue;
        }
        var there = target.members().get(index);
        if (member.bits() != 0 || there.bits() != 0) {
          throw fault("member '" + member.name() + "' is a bit field");
        }
        var to = (data.bitOffset() + there.bitOffset()) / 8;
        var here = types.resolve(member.type());
        var thereType = kernel.resolve(there.type());
        if (types.kind(here) != kernel.kind(thereType)) {
          throw fault("member '" + member.name() + "' is of another kind in the kernel");
        }
        if (types.type(here) instanceof BtfType.Pointer) {
          if (program != null) {
            checkFunction(member.name(), thereType);
            members.add(new Member(program, index, Math.toIntExact(to)));
          }
          continue;
        }
        if (size != kernel.size(thereType)) {
          throw fault(
              "member '"
                  + member.name()
                  + "' has "
                  + size
                  + " bytes, in the kernel "
                  + kernel.size(thereType));
        }
        if (from < 0 || from + size > source.length || to < 0 || to + size > image.length) {
          throw fault("member '" + member.name() + "' does not lie in its struct");
        }
        System.arraycopy(source, (int) from, image, (int) to, (int) size);
      }
      return new KernelStructOps(valueType, image.length, type, members, Bytes.of(image));
    }

    private void checkFunction(String member, int pointer) {
      if (!(kernel.type(pointer) instanceof BtfType.Pointer target)
          || !(kernel.type(kernel.resolve(target.target())) instanceof BtfType.Prototype)) {
        throw fault("member '" + member + "' is no function in the kernel");
      }
    }

    private int structId() {
      for (var id : kernel.ids(name)) {
        if (kernel.type(id) instanceof BtfType.Struct struct && !struct.union()) {
          return id;
        }
      }
      throw fault("the kernel has no such struct");
    }

    private static int indexOf(BtfType.Struct struct, String member) {
      for (int i = 0; i < struct.members().size(); i++) {
        if (struct.members().get(i).name().equals(member)) {
          return i;
        }
      }
      return -1;
    }

    private static boolean isZero(byte[] bytes, long from, long size) {
      for (long i = from; i < from + size; i++) {
        if (i < 0 || i >= bytes.length || bytes[(int) i] != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
