package org.ebpf4j.context;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.context.ContextField.Kind;
import org.ebpf4j.context.ContextField.Partial;
import org.ebpf4j.context.ContextField.Pointee;
import org.ebpf4j.error.NotFoundException;

/// A struct that programs see as their context, as `include/uapi/linux/bpf.h` declares it. What
/// programs read there is not what the kernel has in memory: each access is converted.
public final class ContextStruct {
  /// Each struct with its size, then a field on each line: its name, its bytes (`4x5` for an
  /// array), and what it is. `narrow` fields may be read in part, `first` ones in part at their
  /// begin only, `pairs` ones by 2 bytes or more, `wide` ones also by 8 bytes, `or4` ones by 4;
  /// `@N` says the offset, `+5.18` the first kernel that has the field, and a word with `:` to what
  /// a pointer points.
  private static final String TABLE =
      """
      xdp_md 24
      data 4 data
      data_end 4 end
      data_meta 4 meta
      ingress_ifindex 4
      rx_queue_index 4
      egress_ifindex 4 +5.8

      __sk_buff 192
      len 4 narrow length
      pkt_type 4 narrow
      mark 4 narrow
      queue_mapping 4 narrow
      protocol 4 narrow
      vlan_present 4 narrow
      vlan_tci 4 narrow
      vlan_proto 4 narrow
      priority 4 narrow
      ingress_ifindex 4 narrow
      ifindex 4 narrow
      tc_index 4 narrow
      cb 4x5 bytes
      hash 4 narrow
      tc_classid 4 narrow
      data 4 data
      data_end 4 end
      napi_id 4 narrow
      family 4 narrow
      remote_ip4 4
      local_ip4 4
      remote_ip6 4x4
      local_ip6 4x4
      remote_port 4 narrow
      local_port 4 narrow
      data_meta 4 meta
      flow_keys 8 pointer:flow_keys
      tstamp 8
      wire_len 4 narrow
      gso_segs 4 narrow
      sk 8 pointer:sock_common?
      gso_size 4 narrow
      tstamp_type 1 +5.18
      hwtstamp 8 @184 +5.16

      bpf_sock_ops 224
      op 4
      args 4x4
      reply 4 @4
      replylong 4x4 @4
      family 4
      remote_ip4 4
      local_ip4 4
      remote_ip6 4x4
      local_ip6 4x4
      remote_port 4
      local_port 4
      is_fullsock 4
      snd_cwnd 4
      srtt_us 4
      bpf_sock_ops_cb_flags 4
      state 4
      rtt_min 4
      snd_ssthresh 4
      rcv_nxt 4
      snd_nxt 4
      snd_una 4
      mss_cache 4
      ecn_flags 4
      rate_delivered 4
      rate_interval_us 4
      packets_out 4
      retrans_out 4
      total_retrans 4
      segs_in 4
      data_segs_in 4
      segs_out 4
      data_segs_out 4
      lost_out 4
      sacked_out 4
      sk_txhash 4
      bytes_received 8
      bytes_acked 8
      sk 8 pointer:socket?
      skb_data 8 data
      skb_data_end 8 end
      skb_len 4
      skb_tcp_flags 4 first
      skb_hwtstamp 8 +6.2

      sk_msg_md 80
      data 8 data
      data_end 8 end
      family 4
      remote_ip4 4
      local_ip4 4
      remote_ip6 4x4
      local_ip6 4x4
      remote_port 4
      local_port 4
      size 4 length
      sk 8 pointer:socket

      bpf_sock 80
      bound_dev_if 4
      family 4 first
      type 4 first
      protocol 4 first
      mark 4
      priority 4
      src_ip4 4 narrow
      src_ip6 4x4 narrow
      src_port 4 first
      dst_port 2 narrow or4
      dst_ip4 4 narrow @52
      dst_ip6 4x4 narrow
      state 4 first
      rx_queue_mapping 4 first

      bpf_tcp_sock 112
      snd_cwnd 4
      srtt_us 4
      rtt_min 4
      snd_ssthresh 4
      rcv_nxt 4
      snd_nxt 4
      snd_una 4
      mss_cache 4
      ecn_flags 4
      rate_delivered 4
      rate_interval_us 4
      packets_out 4
      retrans_out 4
      total_retrans 4
      segs_in 4
      data_segs_in 4
      segs_out 4
      data_segs_out 4
      lost_out 4
      sacked_out 4
      bytes_received 8
      bytes_acked 8
      dsack_dups 4
      delivered 4
      delivered_ce 4
      icsk_retransmits 4

      bpf_sock_addr 72
      user_family 4
      user_ip4 4 narrow
      user_ip6 4x4 narrow wide
      user_port 4 narrow
      family 4
      type 4
      protocol 4
      msg_src_ip4 4 narrow
      msg_src_ip6 4x4 narrow wide
      sk 8 pointer:socket @64

      bpf_sysctl 8
      write 4 narrow
      file_pos 4 narrow

      bpf_cgroup_dev_ctx 12
      access_type 4 narrow
      major 4
      minor 4

      bpf_sockopt 40
      sk 8 pointer:socket
      optval 8 data
      optval_end 8 end
      level 4
      optname 4
      optlen 4
      retval 4

      bpf_sk_lookup 72
      sk 8 pointer:socket?
      cookie 8 @0
      family 4 narrow
      protocol 4 narrow
      remote_ip4 4 narrow
      remote_ip6 4x4 narrow
      remote_port 4 narrow
      local_ip4 4 narrow
      local_ip6 4x4 narrow
      local_port 4 narrow
      ingress_ifindex 4 narrow +5.17

      sk_reuseport_md 56
      data 8 data
      data_end 8 end
      len 4 narrow length
      eth_protocol 4 pairs
      ip_protocol 4 narrow
      bind_inany 4 narrow
      hash 4
      sk 8 pointer:socket @40 +5.14
      migrating_sk 8 pointer:sock_common? +5.14

      bpf_nf_ctx 16
      state 8 pointer:nf_hook_state
      skb 8 pointer:sk_buff

      bpf_flow_keys 56
      nhoff 2
      thoff 2
      addr_proto 2
      is_frag 1
      is_first_frag 1
      is_encap 1
      ip_proto 1
      n_proto 2
      sport 2
      dport 2
      ipv4_src 4
      ipv4_dst 4
      ipv6_src 4x4 @16
      ipv6_dst 4x4
      flags 4
      flow_label 4
      """;

  private static final Map<String, ContextStruct> ALL = read();

  private final String name;
  private final int size;
  private final Map<String, ContextField> fields;

  private ContextStruct(String name, int size, Map<String, ContextField> fields) {
    this.name = name;
    this.size = size;
    this.fields = fields;
  }

  private static Map<String, ContextStruct> read() {
    var all = new LinkedHashMap<String, ContextStruct>();
    for (var text : TABLE.split("\n\n", -1)) {
      var lines = text.strip().split("\n", -1);
      var head = lines[0].split(" ", -1);
      var fields = new LinkedHashMap<String, ContextField>();
      int at = 0;
      for (var line : Arrays.asList(lines).subList(1, lines.length)) {
        var field = field(line.split(" ", -1), at);
        fields.put(field.name(), field);
        at = field.offset() + field.size();
      }
      all.put(head[0], new ContextStruct(head[0], Integer.parseInt(head[1]), fields));
    }
    return all;
  }

  private static ContextField field(String[] words, int at) {
    var shape = words[1].split("x", -1);
    int offset = at;
    var kind = Kind.PLAIN;
    var partial = Partial.NONE;
    var wide = false;
    var or4 = false;
    var pointee = Pointee.NONE;
    int since = 0;
    for (var word : Arrays.asList(words).subList(2, words.length)) {
      if (word.startsWith("pointer:")) {
        kind = Kind.POINTER;
        pointee = Pointee.of(word.substring("pointer:".length()));
        continue;
      }
      if (word.startsWith("+")) {
        var parts = word.substring(1).split("\\.", -1);
        since = Integer.parseInt(parts[0]) << 8 | Integer.parseInt(parts[1]);
        continue;
      }
      switch (word) {
        case "narrow" -> partial = Partial.ANY;
        case "first" -> partial = Partial.FIRST;
        case "pairs" -> partial = Partial.PAIRS;
        case "wide" -> wide = true;
        case "or4" -> or4 = true;
        case "bytes" -> kind = Kind.BYTES;
        case "data" -> kind = Kind.DATA;
        case "end" -> kind = Kind.DATA_END;
        case "meta" -> kind = Kind.DATA_META;
        case "length" -> kind = Kind.LENGTH;
        case "pointer" -> kind = Kind.POINTER;
        default -> offset = Integer.parseInt(word.substring(1));
      }
    }
    var width = Integer.parseInt(shape[0]);
    var count = shape.length == 1 ? 1 : Integer.parseInt(shape[1]);
    return new ContextField(
        words[0], offset, width, count, kind, partial, wide, or4, pointee, since);
  }

  /// The struct of a name.
  ///
  /// @throws NotFoundException where programs see no such struct
  public static ContextStruct named(String name) {
    var found = ALL.get(name);
    if (found == null) {
      throw new NotFoundException("context", name, ALL.keySet());
    }
    return found;
  }

  /// The names of all of them.
  public static List<String> names() {
    return List.copyOf(ALL.keySet());
  }

  /// Its name in C.
  public String name() {
    return name;
  }

  /// How many bytes it has.
  public int size() {
    return size;
  }

  /// Its fields by their names, in their order.
  public Map<String, ContextField> fields() {
    return new HashMap<>(fields);
  }

  /// The field of a name.
  ///
  /// @throws NotFoundException where it has none
  public ContextField field(String field) {
    var found = fields.get(field);
    if (found == null) {
      throw new NotFoundException("field of struct " + name, field, fields.keySet());
    }
    return found;
  }

  /// For each offset the field that is there; null where none is. Where fields share a place, the
  /// first one.
  @org.jspecify.annotations.Nullable
  ContextField[] byOffset() {
    var at = new ContextField[size];
    for (var field : fields.values()) {
      for (int i = 0; i < field.size(); i++) {
        if (at[field.offset() + i] == null) {
          at[field.offset() + i] = field;
        }
      }
    }
    return at;
  }
}
