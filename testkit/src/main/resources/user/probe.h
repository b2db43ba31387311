/* Static probes as systemtap's sys/sdt.h makes them: a nop, and a note that says where it is and where its arguments are. */
#pragma once

#define NOTE(provider, name, semaphore, arguments)                                   \
	"990:\tnop\n"                                                                \
	"\t.pushsection .note.stapsdt, \"?\", \"note\"\n"                            \
	"\t.balign 4\n"                                                              \
	"\t.4byte 992f-991f, 994f-993f, 3\n"                                         \
	"991:\t.asciz \"stapsdt\"\n"                                                 \
	"992:\t.balign 4\n"                                                          \
	"993:\t.8byte 990b\n"                                                        \
	"\t.8byte _.stapsdt.base\n"                                                  \
	"\t.8byte " semaphore "\n"                                                   \
	"\t.asciz \"" provider "\"\n"                                                \
	"\t.asciz \"" name "\"\n"                                                    \
	"\t.asciz \"" arguments "\"\n"                                               \
	"994:\t.balign 4\n"                                                          \
	"\t.popsection\n"                                                            \
	"\t.ifndef _.stapsdt.base\n"                                                 \
	"\t.pushsection .stapsdt.base, \"aG\", \"progbits\", .stapsdt.base, comdat\n" \
	"\t.weak _.stapsdt.base\n"                                                   \
	"\t.hidden _.stapsdt.base\n"                                                 \
	"_.stapsdt.base:\n"                                                          \
	"\t.space 1\n"                                                               \
	"\t.size _.stapsdt.base, 1\n"                                                \
	"\t.popsection\n"                                                            \
	"\t.endif\n"
