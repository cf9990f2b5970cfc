package dev.plimsoll.provisioner.driver.simulated;

import dev.plimsoll.provisioner.driver.simulated.Dialler.Answer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** One request, one answer, once. */
final class GatewayCall extends SimpleChannelInboundHandler<FullHttpResponse> {
    private final FullHttpRequest request;
    private final Consumer<Answer> onAnswer;
    private boolean isSent;
    private boolean isAnswered;

    GatewayCall(FullHttpRequest request, Consumer<Answer> onAnswer) {
        this.request = request;
        this.onAnswer = onAnswer;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            isSent = true;
            ctx.writeAndFlush(request);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse response) {
        answer(
                new Answer(
                        response.status().code(),
                        response.content().toString(StandardCharsets.UTF_8)));
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!isSent) {
            request.release();
        }
        answer(Answer.NONE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private void answer(Answer answer) {
        if (!isAnswered) {
            isAnswered = true;
            onAnswer.accept(answer);
        }
    }
}
