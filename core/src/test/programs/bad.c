// SPDX-License-Identifier: GPL-2.0
// Loads programs that the verifier rejects, each for another reason, and prints its logs. Made the logs in
// ../resources/org/ebpf4j/error. Needs no library: gcc -O1 -static -o bad bad.c; run as root: bad; without privileges (and with
// kernel.unprivileged_bpf_disabled=0): bad u. The other programs here are for clang and bpftool prog load. In the committed logs every
// address is 0xffff888100000000, and the log of a million instructions is cut.
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <linux/bpf.h>
#include <sys/resource.h>
typedef struct bpf_insn I;
#define R(c,d,s,o,i) ((I){.code=(c),.dst_reg=(d),.src_reg=(s),.off=(o),.imm=(i)})
#define MOVI(d,i) R(0xb7,d,0,0,i)
#define MOV(d,s) R(0xbf,d,s,0,0)
#define ADDI(d,i) R(0x07,d,0,0,i)
#define ADD(d,s) R(0x0f,d,s,0,0)
#define LDX(sz,d,s,o) R(0x61|(sz),d,s,o,0)
#define STX(sz,d,s,o) R(0x63|(sz),d,s,o,0)
#define ST(sz,d,o,i) R(0x62|(sz),d,0,o,i)
#define DW 0x18
#define W 0
#define CALL(n) R(0x85,0,0,0,n)
#define CALLP(n) R(0x85,0,1,0,n)
#define EXIT R(0x95,0,0,0,0)
#define JA(o) R(0x05,0,0,o,0)
#define JEQI(d,i,o) R(0x15,d,0,o,i)
#define JNEI(d,i,o) R(0x55,d,0,o,i)
#define JLTI(d,i,o) R(0xa5,d,0,o,i)
#define LDMAP(d,f) R(0x18,d,1,0,f), R(0,0,0,0,0)
static char logbuf[1<<20];
static int bpf(int c, union bpf_attr *a){ return syscall(SYS_bpf,c,a,sizeof *a);}
static int mkmap(int type,int k,int v,int n){ union bpf_attr a; memset(&a,0,sizeof a); a.map_type=type;a.key_size=k;a.value_size=v;a.max_entries=n; return bpf(BPF_MAP_CREATE,&a);}
static void run(const char*name,int type,int eat,const char*lic,I*p,int n,int level,int size){
  union bpf_attr a; memset(&a,0,sizeof a); memset(logbuf,0,sizeof logbuf);
  a.prog_type=type;a.expected_attach_type=eat;a.insns=(uint64_t)p;a.insn_cnt=n;a.license=(uint64_t)lic;a.log_buf=(uint64_t)logbuf;a.log_level=level;a.log_size=size;
  int fd=bpf(BPF_PROG_LOAD,&a);
  int e=errno;
  printf("=== %s %s\n", name, fd>=0?"LOADED":strerrorname_np(e));
  fputs(logbuf,stdout); if(fd>=0) close(fd);
}
#define T(name,type,lic,...) do{ I p[]={__VA_ARGS__}; run(name,type,0,lic,p,sizeof p/sizeof p[0],1,sizeof logbuf);}while(0)
#define LOOKUP(m) ST(DW,10,-8,0), MOV(2,10), ADDI(2,-8), LDMAP(1,m), CALL(1)
int main(int c,char**v){
  struct rlimit r={RLIM_INFINITY,RLIM_INFINITY}; setrlimit(RLIMIT_MEMLOCK,&r);
  int h=mkmap(BPF_MAP_TYPE_HASH,8,8,4), ar=mkmap(BPF_MAP_TYPE_ARRAY,4,16,4), rb=mkmap(BPF_MAP_TYPE_RINGBUF,0,0,4096);
  int S=BPF_PROG_TYPE_SOCKET_FILTER,X=BPF_PROG_TYPE_XDP,TP=BPF_PROG_TYPE_TRACEPOINT;
  if(c>1){ // unprivileged
    if(setgid(65534)||setuid(65534)) return 1;
    T("back_edge",S,"GPL",MOVI(0,0),ADDI(0,1),JLTI(0,10,-2),EXIT);
    T("leaks_address",S,"GPL",MOV(0,10),EXIT);
    T("leaks_address_into_map",S,"GPL",LOOKUP(h),JEQI(0,0,1),STX(DW,0,10,0),MOVI(0,0),EXIT);
    T("pointer_comparison",S,"GPL",MOVI(0,0),R(0x1d,1,10,0,0),EXIT);
    return 0;
  }
  T("missing_null_check",TP,"GPL",LOOKUP(h),LDX(W,0,0,0),EXIT);
  T("null_arithmetic",TP,"GPL",LOOKUP(h),ADDI(0,4),JEQI(0,0,1),LDX(W,0,0,0),MOVI(0,0),EXIT);
  T("unknown_helper",TP,"GPL",CALL(9999),EXIT);
  T("helper_of_another_type",S,"GPL",CALL(9),EXIT);
  T("gpl_only",TP,"MIT",MOVI(1,0),STX(DW,10,1,-8),MOV(1,10),ADDI(1,-8),MOVI(2,8),CALL(6),EXIT);
  T("unreachable",TP,"GPL",MOVI(0,0),JA(1),MOVI(0,1),EXIT);
  T("infinite_loop",TP,"GPL",MOVI(0,0),JA(-1),EXIT);
  T("infinite_loop_on_state",TP,"GPL",MOVI(0,0),MOVI(1,0),JEQI(1,0,-2),EXIT);
  T("stack_out_of_bounds",TP,"GPL",MOVI(0,0),STX(DW,10,0,-520),EXIT);
  T("stack_above",TP,"GPL",MOVI(0,0),STX(DW,10,0,8),EXIT);
  T("stack_misaligned",TP,"GPL",MOVI(0,0),STX(DW,10,0,-7),EXIT);
  T("stack_uninitialised",TP,"MIT",LDX(DW,0,10,-8),EXIT);
  T("helper_reads_uninitialised_stack",TP,"GPL",MOV(2,10),ADDI(2,-8),LDMAP(1,h),CALL(1),MOVI(0,0),EXIT);
  T("uninitialised_register",TP,"GPL",MOV(0,3),EXIT);
  T("no_return_value",TP,"GPL",EXIT);
  T("frame_pointer_written",TP,"GPL",MOVI(10,1),MOVI(0,0),EXIT);
  { I p[]={MOVI(0,7),EXIT}; run("cgroup_return_value",BPF_PROG_TYPE_CGROUP_SOCK_ADDR,BPF_CGROUP_INET4_CONNECT,"GPL",p,2,1,sizeof logbuf);}
  { I p[]={LDX(W,0,1,0),EXIT}; run("cgroup_unknown_return_value",BPF_PROG_TYPE_CGROUP_SKB,BPF_CGROUP_INET_EGRESS,"GPL",p,2,1,sizeof logbuf);}
  T("context_access",X,"GPL",LDX(W,0,1,200),EXIT);
  T("context_access_width",X,"GPL",LDX(DW,0,1,0),EXIT);
  T("context_modified",TP,"GPL",ADDI(1,8),LDX(DW,0,1,0),MOVI(0,0),EXIT);
  T("scalar_as_pointer",TP,"GPL",MOVI(1,64),LDX(DW,0,1,0),EXIT);
  T("jump_out_of_range",TP,"GPL",MOVI(0,0),JA(10),EXIT);
  T("falls_off_the_end",TP,"GPL",EXIT,MOVI(0,0));
  T("no_exit_at_end",TP,"GPL",MOVI(0,0),JA(1),EXIT,MOVI(0,0));
  T("unknown_opcode",TP,"GPL",R(0xff,0,0,0,0),MOVI(0,0),EXIT);
  T("reserved_field",TP,"GPL",R(0xb7,0,3,0,0),EXIT);
  T("division_by_zero",TP,"GPL",MOVI(0,1),R(0x37,0,0,0,0),EXIT);
  T("shift_too_far",TP,"GPL",MOVI(0,1),R(0x67,0,0,0,64),EXIT);
  T("bad_map_fd",TP,"GPL",LDMAP(1,99),MOVI(0,0),EXIT);
  T("packet_unchecked",X,"GPL",LDX(W,2,1,0),LDX(W,0,2,0),MOVI(0,2),EXIT);
  T("packet_checked_too_little",X,"GPL",LDX(W,2,1,0),LDX(W,3,1,4),MOV(4,2),ADDI(4,4),R(0x2d,4,3,1,0),LDX(DW,0,2,0),MOVI(0,2),EXIT);
  T("map_value_beyond",TP,"GPL",LOOKUP(h),JEQI(0,0,1),LDX(DW,0,0,8),MOVI(0,0),EXIT);
  T("map_value_unbounded_index",X,"GPL",LDX(W,6,1,4),LDX(W,7,1,0),LDX(W,8,1,12),ST(W,10,-4,0),MOV(2,10),ADDI(2,-4),LDMAP(1,ar),CALL(1),JEQI(0,0,2),ADD(0,8),LDX(DW,0,0,0),MOVI(0,2),EXIT);
  T("map_value_negative_index",TP,"GPL",LOOKUP(h),JEQI(0,0,4),LDX(DW,1,0,0),ADD(0,1),LDX(0x10,0,0,0),MOVI(0,0),MOVI(0,0),EXIT);
  T("helper_argument_type",TP,"GPL",MOV(2,10),CALL(1),MOVI(0,0),EXIT);
  T("helper_size_zero",TP,"GPL",MOV(1,10),ADDI(1,-8),MOVI(2,0),MOVI(3,0),CALL(4),CALL(6),MOVI(0,0),EXIT);
  T("unreleased_reference",TP,"GPL",LDMAP(1,rb),MOVI(2,8),MOVI(3,0),CALL(131),MOVI(0,0),EXIT);
  T("pointer_arithmetic",TP,"GPL",MOV(0,10),R(0x27,0,0,0,2),MOVI(0,0),EXIT);
  T("pointer_plus_pointer",TP,"GPL",MOV(0,10),ADD(0,10),MOVI(0,0),EXIT);
  T("combined_stack",S,"GPL",ST(DW,10,-512,0),CALLP(1),EXIT,ST(DW,10,-512,0),MOVI(0,0),EXIT);
  T("called_without_argument",TP,"GPL",CALLP(1),EXIT,MOV(0,1),EXIT);
  T("fault_in_subprogram",TP,"GPL",MOV(6,1),LOOKUP(h),MOV(1,0),CALLP(2),MOVI(0,0),EXIT,LDX(DW,0,1,0),EXIT);
  T("last_subprogram_without_exit",TP,"GPL",CALLP(1),EXIT,MOVI(0,0),CALLP(-3),EXIT,MOVI(0,0)); T("recursion",TP,"GPL",MOVI(0,0),CALLP(1),EXIT,MOVI(0,0),CALLP(-2),EXIT);
  T("clobbered_by_call",TP,"GPL",MOV(6,1),CALL(5),LDX(DW,0,1,0),MOVI(0,0),EXIT);
  T("fault_on_second_path",TP,"GPL",LOOKUP(h),MOV(6,0),CALL(7),JEQI(0,0,2),JEQI(6,0,2),JA(0),LDX(DW,0,6,0),MOVI(0,0),EXIT);
  { I p[]={MOVI(0,0),ADDI(0,1),R(0xa5,0,0,-2,2000000),EXIT}; run("too_many_instructions",TP,0,"GPL",p,4,4,sizeof logbuf);}
  { I p[]={MOVI(0,0),ADDI(0,1),R(0xa5,0,0,-2,2000000),EXIT}; run("too_many_instructions_rotated_log",TP,0,"GPL",p,4,1,4096);}
  { I p[]={MOVI(0,7),MOVI(1,7),EXIT}; run("accepted",TP,0,"GPL",p,3,2,sizeof logbuf);}
  return 0;
}
