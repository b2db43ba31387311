package org.ebpf4j.codec;

import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.net.Inet6Address;
import org.jspecify.annotations.Nullable;

/// Code that reads values. What is read is left on the stack, as a primitive or an object.
final class ReadingCode {
  /// How many arguments a method handle takes; `long` and `double` count twice.
  private static final int MOST_ARGUMENTS = 253;

  private final @Nullable Lookup lookup;
  private final ClassConstants constants;
  private final InnerMethods methods;

  /// @param lookup the rights by which records are used
  ReadingCode(@Nullable Lookup lookup, ClassConstants constants, InnerMethods methods) {
    this.lookup = lookup;
    this.constants = constants;
    this.methods = methods;
  }

  /// The codec's own method.
  void root(CodeBuilder b, Plan plan) {
    if (plan instanceof Plan.Struct struct) {
      readStruct(b, Frame.ROOT, struct);
    } else {
      read(b, Frame.ROOT, 0, plan, plan.type().getSimpleName());
    }
    b.areturn();
  }

  /// The method for a record or an array inside.
  void inner(CodeBuilder b, InnerMethods.Inner inner) {
    if (inner.plan() instanceof Plan.Struct struct) {
      readStruct(b, Frame.INNER, struct);
    } else if (inner.plan() instanceof Plan.Row row) {
      readRow(b, row, inner.name());
    }
    b.areturn();
  }

  private void readStruct(CodeBuilder b, Frame frame, Plan.Struct struct) {
    var type = MethodTypeDesc.of(CD_Object);
    var slots = 0;
    constants.push(b, struct.type(), () -> Access.constructor(struct.type(), lookup));
    for (var component : struct.components()) {
      var plan = component.plan();
      read(b, frame, component.offset(), plan, struct.label(component));
      type = type.insertParameterTypes(type.parameterCount(), Descriptors.erased(plan.type()));
      slots += TypeKind.from(Descriptors.erased(plan.type())).slotSize();
    }
    if (slots > MOST_ARGUMENTS) {
      throw new IllegalArgumentException(
          struct.type().getName() + " has more components than a method handle takes");
    }
    b.invokevirtual(CD_MethodHandle, "invokeExact", type);
  }

  private void readRow(CodeBuilder b, Plan.Row row, String name) {
    var element = row.type().getComponentType();
    if (element.isPrimitive()) {
      b.loadConstant(row.count()).newarray(TypeKind.from(element));
    } else {
      constants.push(
          b,
          row.type(),
          () ->
              MethodHandles.arrayConstructor(row.type())
                  .asType(MethodType.methodType(Object.class, int.class)));
      b.loadConstant(row.count())
          .invokevirtual(CD_MethodHandle, "invokeExact", MethodTypeDesc.of(CD_Object, CD_int))
          .checkcast(Descriptors.OBJECTS);
    }
    b.astore(Frame.VALUE);
    var word = RowCode.copied(row.element());
    if (word != null) {
      b.aload(0)
          .getstatic(Descriptors.LAYOUTS, word.constant(), word.layout())
          .lload(1)
          .aload(Frame.VALUE);
      b.iconst_0().loadConstant(row.count());
      b.invokestatic(
          Descriptors.SEGMENT,
          "copy",
          MethodTypeDesc.of(
              CD_void,
              Descriptors.SEGMENT,
              Descriptors.LAYOUTS,
              CD_long,
              CD_Object,
              CD_int,
              CD_int),
          true);
    } else {
      RowCode.loop(
          b,
          row,
          () -> {
            b.aload(Frame.VALUE).iload(Frame.INDEX);
            read(b, Frame.ELEMENT, 0, row.element(), name);
            b.arrayStore(TypeKind.from(Descriptors.erased(element)));
          });
    }
    b.aload(Frame.VALUE);
  }

  private void read(CodeBuilder b, Frame frame, int at, Plan plan, String name) {
    switch (plan) {
      case Plan.Whole p -> {
        MemoryCode.get(b, frame, at, MemoryCode.Word.whole(p.size()));
        NumberCode.widen(b, p);
        NumberCode.box(b, p.type());
      }
      case Plan.Bits p -> {
        if (p.single()) {
          MemoryCode.get(b, frame, at, MemoryCode.Word.whole(p.size()));
          NumberCode.toLong(b, p.size());
          b.loadConstant(p.shift()).loadConstant(p.bits()).loadConstant(p.signed() ? 1 : 0);
          Descriptors.call(
              b,
              BitFields.class,
              "get",
              MethodTypeDesc.of(CD_long, CD_long, CD_int, CD_int, CD_boolean));
        } else {
          MemoryCode.push(b, frame, at);
          b.loadConstant(p.size()).loadConstant(p.shift()).loadConstant(p.bits());
          b.loadConstant(p.signed() ? 1 : 0);
          Descriptors.call(
              b,
              BitFields.class,
              "read",
              MethodTypeDesc.of(
                  CD_long, Descriptors.SEGMENT, CD_long, CD_int, CD_int, CD_int, CD_boolean));
        }
        NumberCode.narrow(b, JavaPart.unboxed(p.type()));
        NumberCode.box(b, p.type());
      }
      case Plan.Real p -> {
        MemoryCode.get(b, frame, at, MemoryCode.Word.real(p.size()));
        NumberCode.box(b, p.type());
      }
      case Plan.Big p -> {
        MemoryCode.push(b, frame, at);
        b.loadConstant(p.size()).loadConstant(p.signed() ? 1 : 0);
        Descriptors.call(
            b,
            Numbers.class,
            "readBig",
            MethodTypeDesc.of(CD_Object, Descriptors.SEGMENT, CD_long, CD_int, CD_boolean));
      }
      case Plan.Text p -> readBlock(b, frame, at, p, "readText");
      case Plan.Raw p -> readBlock(b, frame, at, p, "readRaw");
      case Plan.Address p -> {
        MemoryCode.push(b, frame, at);
        b.loadConstant(p.size()).loadConstant(p.type() == Inet6Address.class ? 1 : 0);
        Descriptors.call(
            b,
            Blocks.class,
            "readAddress",
            MethodTypeDesc.of(CD_Object, Descriptors.SEGMENT, CD_long, CD_int, CD_boolean));
      }
      case Plan.Named p -> {
        constants.push(b, p, () -> new EnumTable(p.type(), p.codes()));
        MemoryCode.get(b, frame, at, MemoryCode.Word.whole(p.size()));
        NumberCode.extend(b, p.size(), p.signed());
        b.invokevirtual(
            Descriptors.of(EnumTable.class), "constant", MethodTypeDesc.of(CD_Object, CD_long));
      }
      case Plan.Rest p -> {
        if (p.type() != String.class && !(p.element() instanceof Plan.Raw)) {
          constants.push(b, p, () -> new RestReader(p, lookup));
        }
        MemoryCode.push(b, frame, at);
        left(b, frame, at);
        readRest(b, p);
      }
      case Plan.Row p -> callInner(b, frame, at, new InnerMethods.Inner(p, name));
      case Plan.Struct p -> callInner(b, frame, at, new InnerMethods.Inner(p, ""));
    }
  }

  private static void readBlock(CodeBuilder b, Frame frame, int at, Plan plan, String method) {
    MemoryCode.push(b, frame, at);
    b.loadConstant(plan.size());
    Descriptors.call(
        b,
        Blocks.class,
        method,
        MethodTypeDesc.of(CD_Object, Descriptors.SEGMENT, CD_long, CD_int));
  }

  /// Pushes how many bytes there are of what stands `at` bytes from the frame's offset.
  private static void left(CodeBuilder b, Frame frame, int at) {
    b.lload(frame.length());
    if (at != 0) {
      b.loadConstant((long) at).lsub();
    }
  }

  private static void readRest(CodeBuilder b, Plan.Rest plan) {
    if (plan.type() == String.class) {
      Descriptors.call(b, Blocks.class, "restText", Descriptors.READ_RECORD);
    } else if (plan.element() instanceof Plan.Raw) {
      Descriptors.call(b, Blocks.class, "restRaw", Descriptors.READ_RECORD);
    } else {
      b.invokevirtual(Descriptors.of(RestReader.class), "read", Descriptors.READ_RECORD);
    }
  }

  private void callInner(CodeBuilder b, Frame frame, int at, InnerMethods.Inner inner) {
    var name = "read" + methods.number(inner);
    MemoryCode.push(b, frame, at);
    if (Plan.flexible(inner.plan())) {
      left(b, frame, at);
      b.invokestatic(Descriptors.SELF, name, Descriptors.READ_RECORD);
    } else {
      b.invokestatic(Descriptors.SELF, name, Descriptors.READ);
    }
  }
}
