using NGram.Cli;
using NGram.Cli.Terminal;

using var streams = StandardStreams.OfProcess();
return Application.Run(args, streams);
