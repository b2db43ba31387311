package org.ebpf4j.cli.btf;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.cli.text.JsonList;

/// Types as JSON, an object for each, with the fields that bpftool has.
///
/// @param types all types
/// @param bpftool whether they stand in one object, as bpftool prints them
record TypeJson(Btf types, boolean bpftool) {
  private static final String ANONYMOUS = "(anon)";
  private static final String[] LINKAGE = {"static", "global", "extern"};

  /// The ids of all types but those of the base.
  static List<Integer> all(Btf types) {
    var ids = new ArrayList<Integer>();
    for (int id = types.firstId(); id < types.typeCount(); id++) {
      ids.add(id);
    }
    return ids;
  }

  void print(PrintWriter out, List<Integer> ids, boolean lines) {
    if (bpftool) {
      out.println("{\"types\":[" + String.join(",", ids.stream().map(this::json).toList()) + "]}");
      return;
    }
    var list = new JsonList(out, lines);
    ids.forEach(id -> list.add(json(id)));
    list.end();
  }

  private static String name(String name) {
    return name.isEmpty() ? ANONYMOUS : name;
  }

  private static String linkage(int number) {
    return number >= 0 && number < LINKAGE.length ? LINKAGE[number] : "(unknown)";
  }

  private String json(int id) {
    return Json.object(json -> fields(json, id));
  }

  private void fields(Json.Fields json, int id) {
    var type = types.type(id);
    json.put("id", id).put("kind", kind(type)).put("name", name(types.name(id)));
    switch (type) {
      case BtfType.Int t ->
          json.put("size", t.size())
              .put("bits_offset", t.bitOffset())
              .put("nr_bits", t.bits())
              .put("encoding", encoding(t.encoding()));
      case BtfType.Array t ->
          json.put("type_id", t.element())
              .put("index_type_id", t.index())
              .put("nr_elems", t.count());
      case BtfType.Struct t ->
          json.put("size", t.size())
              .put("vlen", t.members().size())
              .putObjects("members", t.members(), TypeJson::member);
      case BtfType.Enum t ->
          json.put("encoding", t.signed() ? "SIGNED" : "UNSIGNED")
              .put("size", t.size())
              .put("vlen", t.values().size())
              .putObjects(
                  "values",
                  t.values(),
                  (fields, value) ->
                      fields.put("name", name(value.name())).put("val", value.value()));
      case BtfType.Forward t -> json.put("fwd_kind", t.union() ? "union" : "struct");
      case BtfType.Function t ->
          json.put("type_id", t.prototype()).put("linkage", linkage(t.linkage()));
      case BtfType.Prototype t ->
          json.put("ret_type_id", t.result())
              .put("vlen", t.parameters().size())
              .putObjects(
                  "params",
                  t.parameters(),
                  (fields, parameter) ->
                      fields.put("name", name(parameter.name())).put("type_id", parameter.type()));
      case BtfType.Variable t -> json.put("type_id", t.type()).put("linkage", linkage(t.linkage()));
      case BtfType.DataSection t ->
          json.put("size", t.size())
              .put("vlen", t.variables().size())
              .putObjects(
                  "vars",
                  t.variables(),
                  (fields, variable) ->
                      fields
                          .put("type_id", variable.variable())
                          .put("offset", variable.offset())
                          .put("size", variable.size()));
      case BtfType.Floating t -> json.put("size", t.size());
      case BtfType.DeclarationTag t ->
          json.put("type_id", t.target()).put("component_idx", t.component());
      case BtfType.Pointer _,
          BtfType.Typedef _,
          BtfType.Volatile _,
          BtfType.Const _,
          BtfType.Restrict _,
          BtfType.TypeTag _ ->
          json.put("type_id", types.sizeOrType(id));
      case BtfType.Void _ -> {
        // It has no more.
      }
    }
  }

  private static void member(Json.Fields fields, BtfType.Member member) {
    fields
        .put("name", name(member.name()))
        .put("type_id", member.type())
        .put("bits_offset", member.bitOffset());
    if (member.bits() != 0) {
      fields.put("bitfield_size", member.bits());
    }
  }

  private static String encoding(int encoding) {
    return switch (encoding) {
      case 0 -> "(none)";
      case 1 -> "SIGNED";
      case 2 -> "CHAR";
      case 4 -> "BOOL";
      default -> "(unknown)";
    };
  }

  private static String kind(BtfType type) {
    return switch (type) {
      case BtfType.Void _ -> "UNKNOWN";
      case BtfType.Int _ -> "INT";
      case BtfType.Pointer _ -> "PTR";
      case BtfType.Array _ -> "ARRAY";
      case BtfType.Struct t -> t.union() ? "UNION" : "STRUCT";
      case BtfType.Enum t -> t.wide() ? "ENUM64" : "ENUM";
      case BtfType.Forward _ -> "FWD";
      case BtfType.Typedef _ -> "TYPEDEF";
      case BtfType.Volatile _ -> "VOLATILE";
      case BtfType.Const _ -> "CONST";
      case BtfType.Restrict _ -> "RESTRICT";
      case BtfType.Function _ -> "FUNC";
      case BtfType.Prototype _ -> "FUNC_PROTO";
      case BtfType.Variable _ -> "VAR";
      case BtfType.DataSection _ -> "DATASEC";
      case BtfType.Floating _ -> "FLOAT";
      case BtfType.DeclarationTag _ -> "DECL_TAG";
      case BtfType.TypeTag _ -> "TYPE_TAG";
    };
  }
}
