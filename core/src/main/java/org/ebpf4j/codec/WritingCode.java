package org.ebpf4j.codec;

import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.ArrayList;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// Code that writes values. What is to be written is pushed by a [MemoryCode.Push].
final class WritingCode {
  private record Accessor(Class<?> type, String name) {}

  private final @Nullable Lookup lookup;
  private final ClassConstants constants;
  private final InnerMethods methods;

  /// @param lookup the rights by which records are used
  WritingCode(@Nullable Lookup lookup, ClassConstants constants, InnerMethods methods) {
    this.lookup = lookup;
    this.constants = constants;
    this.methods = methods;
  }

  /// The codec's own method.
  void root(CodeBuilder b, Plan plan) {
    if (plan instanceof Plan.Struct struct) {
      writeStruct(b, Frame.ROOT, struct);
    } else {
      write(b, Frame.ROOT, 0, plan, plan.type().getSimpleName(), v -> v.aload(Frame.ROOT.value()));
    }
    b.return_();
  }

  /// The method for a record or an array inside.
  void inner(CodeBuilder b, InnerMethods.Inner inner) {
    if (inner.plan() instanceof Plan.Struct struct) {
      writeStruct(b, Frame.INNER, struct);
    } else if (inner.plan() instanceof Plan.Row row) {
      writeRow(b, row, inner.name());
    }
    b.return_();
  }

  private void writeStruct(CodeBuilder b, Frame frame, Plan.Struct struct) {
    zeroGaps(b, frame, struct);
    for (var component : struct.components()) {
      var plan = component.plan();
      write(
          b,
          frame,
          component.offset(),
          plan,
          struct.label(component),
          v -> {
            constants.push(
                v,
                new Accessor(struct.type(), component.name()),
                () -> Access.accessor(struct.type(), component.name(), lookup));
            v.aload(frame.value())
                .invokevirtual(
                    CD_MethodHandle,
                    "invokeExact",
                    MethodTypeDesc.of(Descriptors.erased(plan.type()), CD_Object));
          });
    }
  }

  /// Bytes that no component writes whole.
  private static void zeroGaps(CodeBuilder b, Frame frame, Plan.Struct struct) {
    var whole = new ArrayList<Plan.Component>();
    for (var component : struct.components()) {
      if (!(component.plan() instanceof Plan.Bits)) {
        whole.add(component);
      }
    }
    whole.sort(Comparator.comparingInt(Plan.Component::offset));
    var end = 0;
    for (var component : whole) {
      MemoryCode.zero(b, frame, end, component.offset() - end);
      end = component.offset() + component.plan().size();
    }
    MemoryCode.zero(b, frame, end, struct.size() - end);
  }

  private void writeRow(CodeBuilder b, Plan.Row row, String name) {
    var element = row.type().getComponentType();
    b.aload(Frame.VALUE)
        .checkcast(element.isPrimitive() ? Descriptors.of(row.type()) : Descriptors.OBJECTS)
        .astore(Frame.VALUE);
    b.aload(Frame.VALUE).arraylength().loadConstant(row.count()).loadConstant(name);
    Descriptors.call(
        b, Blocks.class, "checkLength", MethodTypeDesc.of(CD_void, CD_int, CD_int, CD_String));
    var word = RowCode.copied(row.element());
    if (word != null) {
      b.aload(Frame.VALUE)
          .iconst_0()
          .aload(0)
          .getstatic(Descriptors.LAYOUTS, word.constant(), word.layout());
      b.lload(1).loadConstant(row.count());
      b.invokestatic(
          Descriptors.SEGMENT,
          "copy",
          MethodTypeDesc.of(
              CD_void,
              CD_Object,
              CD_int,
              Descriptors.SEGMENT,
              Descriptors.LAYOUTS,
              CD_long,
              CD_int),
          true);
      return;
    }
    RowCode.loop(
        b,
        row,
        () ->
            write(
                b,
                Frame.ELEMENT,
                0,
                row.element(),
                name,
                v ->
                    v.aload(Frame.VALUE)
                        .iload(Frame.INDEX)
                        .arrayLoad(TypeKind.from(Descriptors.erased(element)))));
  }

  private void write(
      CodeBuilder b, Frame frame, int at, Plan plan, String name, MemoryCode.Push value) {
    switch (plan) {
      case Plan.Whole p ->
          MemoryCode.set(
              b,
              frame,
              at,
              MemoryCode.Word.whole(p.size()),
              v -> {
                value.onto(v);
                NumberCode.unbox(v, p.type());
                NumberCode.fit(v, p, name);
              });
      case Plan.Bits p -> writeBits(b, frame, at, p, name, value);
      case Plan.Real p ->
          MemoryCode.set(
              b,
              frame,
              at,
              MemoryCode.Word.real(p.size()),
              v -> {
                value.onto(v);
                NumberCode.unbox(v, p.type());
              });
      case Plan.Big p -> {
        MemoryCode.push(b, frame, at);
        value.onto(b);
        b.loadConstant(p.size()).loadConstant(p.signed() ? 1 : 0).loadConstant(name);
        Descriptors.call(
            b,
            Numbers.class,
            "writeBig",
            MethodTypeDesc.of(
                CD_void, Descriptors.SEGMENT, CD_long, CD_Object, CD_int, CD_boolean, CD_String));
      }
      case Plan.Text p -> writeBlock(b, frame, at, p, name, value, "writeText");
      case Plan.Raw p -> writeBlock(b, frame, at, p, name, value, "writeRaw");
      case Plan.Address p -> writeBlock(b, frame, at, p, name, value, "writeAddress");
      case Plan.Named p ->
          MemoryCode.set(
              b,
              frame,
              at,
              MemoryCode.Word.whole(p.size()),
              v -> {
                constants.push(v, p, () -> new EnumTable(p.type(), p.codes()));
                value.onto(v);
                v.loadConstant(name)
                    .invokevirtual(
                        Descriptors.of(EnumTable.class),
                        "code",
                        MethodTypeDesc.of(CD_long, CD_Object, CD_String));
                NumberCode.shorten(v, p.size());
              });
      case Plan.Rest _ -> {
        value.onto(b);
        b.loadConstant(name);
        Descriptors.call(
            b, Blocks.class, "checkNoRest", MethodTypeDesc.of(CD_void, CD_Object, CD_String));
      }
      case Plan.Row p -> callInner(b, frame, at, new InnerMethods.Inner(p, name), value);
      case Plan.Struct p -> callInner(b, frame, at, new InnerMethods.Inner(p, ""), value);
    }
  }

  private void callInner(
      CodeBuilder b, Frame frame, int at, InnerMethods.Inner inner, MemoryCode.Push value) {
    MemoryCode.push(b, frame, at);
    value.onto(b);
    b.invokestatic(Descriptors.SELF, "write" + methods.number(inner), Descriptors.WRITE);
  }

  private static void writeBlock(
      CodeBuilder b,
      Frame frame,
      int at,
      Plan plan,
      String name,
      MemoryCode.Push value,
      String method) {
    MemoryCode.push(b, frame, at);
    value.onto(b);
    b.loadConstant(plan.size()).loadConstant(name);
    Descriptors.call(
        b,
        Blocks.class,
        method,
        MethodTypeDesc.of(CD_void, Descriptors.SEGMENT, CD_long, CD_Object, CD_int, CD_String));
  }

  private static void writeBits(
      CodeBuilder b, Frame frame, int at, Plan.Bits p, String name, MemoryCode.Push value) {
    MemoryCode.Push bits =
        v -> {
          value.onto(v);
          NumberCode.unbox(v, p.type());
          var plain = JavaPart.unboxed(p.type());
          NumberCode.toLong(v, NumberCode.bytes(plain));
          if (plain != boolean.class && p.bits() < 8 * NumberCode.bytes(plain)) {
            NumberCode.range(v, p.bits(), p.signed(), name);
          }
        };
    if (p.single()) {
      MemoryCode.set(
          b,
          frame,
          at,
          MemoryCode.Word.whole(p.size()),
          v -> {
            MemoryCode.get(v, frame, at, MemoryCode.Word.whole(p.size()));
            NumberCode.toLong(v, p.size());
            v.loadConstant(p.shift()).loadConstant(p.bits());
            bits.onto(v);
            Descriptors.call(
                v,
                BitFields.class,
                "with",
                MethodTypeDesc.of(CD_long, CD_long, CD_int, CD_int, CD_long));
            NumberCode.shorten(v, p.size());
          });
      return;
    }
    MemoryCode.push(b, frame, at);
    b.loadConstant(p.size()).loadConstant(p.shift()).loadConstant(p.bits());
    bits.onto(b);
    Descriptors.call(
        b,
        BitFields.class,
        "write",
        MethodTypeDesc.of(CD_void, Descriptors.SEGMENT, CD_long, CD_int, CD_int, CD_int, CD_long));
  }
}
