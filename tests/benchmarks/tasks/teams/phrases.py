"""What simulated teams write on their tasks: ten fields of work, in English and Chinese, in two sets of wordings.

Set "a" is for tuning, set "b" for reporting: they share no phrase about work. A line is a phrase; `{part}` stands for a
thing of its field, or for a part of the product, which every field has to do with: the words alone don't decide.
` | field` marks work that lies between two fields, ` # unit` work that is counted in pages, screens and the like (`{n}`
says how many).
"""

from __future__ import annotations

from dataclasses import dataclass

FIELDS = (
    "backend",
    "frontend",
    "data",
    "infrastructure",
    "security",
    "design",
    "writing",
    "translation",
    "support",
    "finance",
)

BASE_MINUTES = {
    "backend": 240,
    "frontend": 180,
    "data": 200,
    "infrastructure": 150,
    "security": 160,
    "design": 210,
    "writing": 120,
    "translation": 90,
    "support": 40,
    "finance": 60,
}
"""What a piece of work of ordinary size takes an able person."""

UNIT_MINUTES = {"page": 35, "screen": 50, "ticket": 12, "invoice": 8, "report": 45, "server": 25, "string": 3}
"""What one of the counted things takes an able person."""

PARTS = {
    "en": (
        "checkout",
        "the billing area",
        "onboarding",
        "search",
        "the reports",
        "sign-in",
        "notifications",
        "the admin panel",
        "the mobile app",
        "the shop",
        "customer accounts",
        "file uploads",
        "the calendar",
        "the partner portal",
    ),
    "zh": (
        "结账",
        "账单",
        "新手引导",
        "搜索",
        "报表",
        "登录",
        "通知",
        "后台",
        "手机端",
        "商城",
        "客户账户",
        "文件上传",
        "日历",
    ),
}

OBJECTS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "backend": ("the order service", "the session store", "the job runner", "the pricing API", "the sync engine"),
        "frontend": ("the sidebar", "the checkout form", "the product gallery", "the filter bar", "the modal dialogs"),
        "data": (
            "the sales funnel",
            "trial users",
            "the event stream",
            "the churn cohorts",
            "the recommendation clicks",
        ),
        "infrastructure": ("the staging cluster", "the build agents", "the load balancer", "the mail relay", "the NAS"),
        "security": ("the VPN", "the admin accounts", "the key vault", "the guest network", "the audit log"),
        "design": ("the landing page", "the icon set", "the app's first screen", "the brand", "the trade-fair stand"),
        "writing": ("the user guide", "the changelog", "the product tour", "the knowledge base", "the style guide"),
        "translation": (
            "the Tokyo contract",
            "the app-store entry",
            "the German site",
            "the Chinese edition",
            "the subtitles",
        ),
        "support": ("the hotline", "the Acme account", "the complaints inbox", "the live chat", "the returns desk"),
        "finance": ("the Q3 books", "the supplier contracts", "the travel budget", "payroll", "the office lease"),
    },
    "zh": {
        "backend": ("订单服务", "会话存储", "任务调度", "价格接口"),
        "frontend": ("侧边栏", "下单表单", "商品图库", "筛选栏"),
        "data": ("销售漏斗", "试用用户", "事件流", "推荐点击"),
        "infrastructure": ("测试集群", "构建机", "负载均衡", "邮件网关"),
        "security": ("VPN", "管理员账号", "密钥库", "审计日志"),
        "design": ("落地页", "图标库", "首屏", "品牌形象"),
        "writing": ("用户手册", "更新日志", "产品导览", "知识库"),
        "translation": ("东京合同", "应用商店介绍", "德语站", "字幕"),
        "support": ("热线", "大客户账户", "投诉邮箱", "在线客服"),
        "finance": ("三季度账目", "供应商合同", "差旅预算", "工资"),
    },
}
"""What only one field has to do with."""

SIZES: dict[str, dict[str, tuple[tuple[float, tuple[str, ...]], ...]]] = {
    "a": {
        "en": (
            (0.25, ("quick one: {}", "{}, five minutes' work", "tiny thing: {}")),
            (0.5, ("{}, just the small part", "minor: {}", "{} (simple)")),
            (2.0, ("{}, thoroughly", "{} in depth", "big one: {}")),
            (4.0, ("{}, a full overhaul", "{} from scratch", "complete rewrite: {}")),
        ),
        "zh": (
            (0.25, ("{}，很快就好", "小事：{}")),
            (0.5, ("{}，只是小改动", "简单{}")),
            (2.0, ("深入{}", "{}，要做得细一点")),
            (4.0, ("{}，全部重做", "从零开始{}")),
        ),
    },
    "b": {
        "en": (
            (0.25, ("{}, quickly", "small ask: {}", "{}. Should be trivial")),
            (0.5, ("{}, a short version", "{}, minor tweaks only")),
            (2.0, ("{}, and be thorough", "{}, it's a large one", "extensive: {}")),
            (4.0, ("{}, the entire thing", "{}, redo everything", "{}, end to end")),
        ),
        "zh": (
            (0.25, ("快速{}", "{}，小问题")),
            (0.5, ("{}，简短即可", "稍微{}")),
            (2.0, ("{}，工作量比较大", "全面{}")),
            (4.0, ("{}，整个推倒重来", "彻底{}")),
        ),
    },
}
"""Factors of the ordinary size, and how people say so."""

FRAMES = {
    "en": ("{}", "{}", "{}", "TODO: {}", "{}, please", "for this sprint: {}", "next up: {}", "[request] {}"),
    "zh": ("{}", "{}", "{}", "待办：{}", "麻烦了：{}", "{}，尽快", "本周：{}", "【需求】{}"),
}

STATED = {
    "backend": ("backend", "Python", "APIs", "databases", "后端", "服务端开发"),
    "frontend": ("frontend", "React", "CSS", "web development", "前端", "网页开发"),
    "data": ("data analysis", "SQL", "statistics", "BI dashboards", "数据分析", "数据"),
    "infrastructure": ("DevOps", "Kubernetes", "cloud operations", "CI", "运维", "服务器"),
    "security": ("security", "pentesting", "access control", "privacy", "信息安全", "安全"),
    "design": ("design", "UX", "Figma", "illustration", "设计", "交互设计"),
    "writing": ("writing", "documentation", "copywriting", "editing", "文案", "写作"),
    "translation": ("translation", "Chinese", "localisation", "languages", "翻译", "英语"),
    "support": ("customer support", "helpdesk", "customer success", "客服", "客户支持"),
    "finance": ("accounting", "finance", "invoicing", "payroll", "财务", "会计"),
}
OFF_TOPIC = ("coffee", "project management", "Excel", "people", "摄影", "spreadsheets", "running", "沟通")
"""What people also put under their skills."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A kind of work as somebody words it: its `field`, the `second` it leans on, the `unit` it is counted in."""

    text: str
    field: str
    second: str | None
    unit: str | None


def phrases(wording: str, language: str) -> tuple[Phrase, ...]:
    """Returns all phrases of a set of wordings ("a", "b") in a language ("en", "zh")."""
    return tuple(
        _parsed(line.strip(), field)
        for field in FIELDS
        for line in _WORK[wording][language][field].strip().splitlines()
    )


def _parsed(line: str, field: str) -> Phrase:
    line, _, unit = line.partition(" # ")
    text, _, second = line.partition(" | ")
    return Phrase(text, field, second or None, unit or None)


_WORK: dict[str, dict[str, dict[str, str]]] = {
    "a": {
        "en": {
            "backend": """
                fix the timeout when {part} saves to the database
                add an endpoint that returns the history of {part}
                move {part} off the old queue
                requests to {part} sometimes come back with a 500, find out why
                make the import behind {part} resumable
                write the migration for the new columns that {part} needs
                let partners subscribe to events from {part} by webhook | security
                cache what {part} asks the pricing service for
                the nightly job that feeds {part} double-counts orders | data
            """,
            "frontend": """
                the buttons on {part} overlap on small screens
                make the form in {part} keep what was typed after a reload
                {part} flickers when the list is sorted
                swap the old date picker in {part} for the new component
                keyboard focus gets lost in {part}, sort it out
                build the settings page for {part}
                show a chart of usage in {part} | data
                bring {part} in line with the new mockups | design
                cut the time until {part} can be clicked
            """,
            "data": """
                find out why fewer people finish {part} since March
                a weekly view of how {part} is used
                check whether the experiment on {part} made a difference
                predict next quarter's traffic on {part}
                clean the duplicates out of the events from {part}
                which customers leave after trying {part}, and why
                pull the figures on {part} for the board | finance
                put together {n} reports about {part} # report
                define what counts as active in {part}
            """,
            "infrastructure": """
                move {part} to the new cluster
                the deploy of {part} hangs at the health check
                renew the certificates for {part}
                set up an alert for when {part} runs out of disk
                make a second region ready for {part}
                patch {n} servers behind {part} # server
                lower what {part} costs us in the cloud | finance
                rebuild the pipeline that releases {part}
                try whether the backups of {part} can be restored | security
            """,
            "security": """
                check who still has access to {part}
                go through the findings of the pentest on {part}
                rotate the keys that {part} uses
                close the hole that lets one see other people's data in {part} | backend
                look at whether {part} is fine with the privacy rules
                a threat model for {part}
                add two-factor to {part}
                answer the customer's security questionnaire about {part} | support
                find secrets that were left in the code of {part}
            """,
            "design": """
                sketch how {part} could look
                draw {n} screens for {part} # screen
                icons for {part}
                people don't find {part}, watch five of them try
                pick colours that can be read in {part}
                a prototype of {part} to click through | frontend
                illustrations for the empty pages of {part}
                rethink the steps that people go through in {part}
                a poster about {part} for the fair | writing
            """,
            "writing": """
                explain {part} in the handbook
                write {n} pages on how to get started with {part} # page
                release notes for {part}
                the error messages in {part} sound rude, word them anew | frontend
                a blog post about what's new in {part}
                proofread the guide to {part}
                turn the answers about {part} into help articles | support
                text for the newsletter about {part}
                shorten the instructions for {part}
            """,
            "translation": """
                put {part} into Chinese
                translate {n} pages about {part} # page
                {n} strings of {part} are still in English only # string
                check the Japanese wording in {part}
                the German of {part} reads like a machine wrote it
                the Chinese version of the terms for {part} | writing
                subtitles for the video about {part}
                keep the glossary of {part} in step in both languages
                interpret in the call with the Shanghai office about {part} | support
            """,
            "support": """
                answer {n} tickets about {part} # ticket
                call back the customer who is stuck in {part}
                calm down the customer who lost a day's work in {part}
                walk a new customer through {part}
                sort the inbox of complaints about {part}
                ask three customers what annoys them in {part} | design
                collect what people keep asking about {part} | writing
                tell everyone affected that {part} was down
                refund the people who paid twice in {part} | finance
            """,
            "finance": """
                check {n} invoices for {part} # invoice
                close the month for {part}
                work out what {part} cost us last year
                chase the overdue payments from {part}
                the VAT on {part} is off by a cent
                budget for {part} for next year
                compare what three suppliers want for {part}
                prepare the figures on {part} for the auditor | data
                book the travel costs of {part}
            """,
        },
        "zh": {
            "backend": """
                修复{part}接口偶尔超时的问题
                给{part}加一个查询历史的接口
                优化{part}的数据库查询
                把{part}的定时任务迁到新的队列
                排查{part}数据重复写入的原因 | data
                重构{part}的服务层代码
            """,
            "frontend": """
                {part}页面在小屏上错位
                把{part}的表单换成新组件
                {part}列表滚动时卡顿，处理一下
                实现{part}的设置页
                按新的设计稿调整{part}页面 | design
                修复{part}按钮点了没反应
            """,
            "data": """
                分析{part}转化率为什么下降
                做一个{part}的使用情况周报
                整理{part}的埋点数据
                看看{part}的实验有没有效果
                预测下季度{part}的用量 | finance
                写{n}份{part}的分析报告 # report
            """,
            "infrastructure": """
                把{part}迁到新集群
                {part}发布时卡在健康检查
                给{part}的磁盘加报警
                升级{n}台{part}的服务器 # server
                更新{part}的证书 | security
                演练一次{part}的备份恢复
            """,
            "security": """
                清理{part}里离职人员的权限
                更换{part}用的密钥
                给{part}做一次漏洞扫描
                检查{part}是否符合隐私法规
                修补{part}的越权漏洞 | backend
                给{part}加上两步验证
            """,
            "design": """
                画{n}张{part}的界面 # screen
                出一版{part}的交互方案
                给{part}做一套图标
                找几个用户试用{part}，看看哪里别扭
                重新梳理{part}的操作流程
                做一张介绍{part}的海报 | writing
            """,
            "writing": """
                写{n}页{part}的使用说明 # page
                把{part}的更新写成公告
                润色{part}的介绍文案
                校对{part}的手册
                改一改{part}里的错误提示语 | frontend
                写一篇关于{part}的公众号文章
            """,
            "translation": """
                把{part}的说明译成英文
                翻译{n}页{part}的文档 # page
                核对{part}的英文界面用词
                给{part}的视频配双语字幕
                {part}的协议需要英文版 | writing
                统一{part}的中英文术语
            """,
            "support": """
                回复{n}条关于{part}的工单 # ticket
                给卡在{part}的客户回个电话
                安抚投诉{part}的客户
                带新客户熟悉{part}
                把大家常问的{part}问题整理出来 | writing
                给{part}重复付款的客户退款 | finance
            """,
            "finance": """
                核对{n}张{part}的发票 # invoice
                做{part}的月结
                催一下{part}的欠款
                编制{part}明年的预算
                报销{part}的差旅费
                给审计准备{part}的账目 | data
            """,
        },
    },
    "b": {
        "en": {
            "backend": """
                {part} writes the same row twice under load, stop it
                split the service behind {part} in two
                deleted items come back in {part} after a sync
                give {part} an API for bulk updates
                the search query of {part} takes four seconds, make it fast | data
                let {part} retry when the payment provider is away
                validate what comes into {part} from outside | security
            """,
            "frontend": """
                dark mode for {part}
                the pop-up in {part} can't be closed on a phone
                make {part} usable with a screen reader
                port {part} to TypeScript
                drag and drop in {part} jumps about
                animate the new steps of {part} | design
                a live table of numbers in {part} | data
            """,
            "data": """
                how long do people stay in {part}, by country
                the numbers in the dashboard of {part} don't match the warehouse
                segment the users of {part}
                an A/B test for {part}: how many people do we need
                make {n} reports on trends in {part} # report
                forecast revenue from {part} | finance
                train a model that spots odd behaviour in {part} | security
            """,
            "infrastructure": """
                {part} went down last night, write up the outage and prevent it
                autoscaling for {part}
                upgrade the database server of {part}
                reinstall {n} servers for {part} # server
                move the logs of {part} somewhere we can search them
                builds for {part} take half an hour, get them down
                lock down the network around {part} | security
            """,
            "security": """
                someone shared a password for {part} in a channel, deal with it
                review permissions in {part}
                make sure that data from {part} is deleted when people ask for it
                the scanner reports an old library in {part} | backend
                get {part} ready for the ISO audit
                find out whether the phishing mail reached people in {part}
                single sign-on for {part}
            """,
            "design": """
                the visual style of {part} feels dated, propose a new one
                {n} screens for a guided tour of {part} # screen
                simplify how {part} is laid out
                a logo for {part}
                interview people about {part} and map what they go through | support
                wireframes for {part}
                make the banners for the campaign on {part} | writing
            """,
            "writing": """
                document {part} for new colleagues
                a case study on how a customer uses {part} | support
                {n} pages of reference about {part} # page
                rewrite the tutorial of {part} in plain words
                announce {part} on the website
                a script for the video that presents {part}
                collect and edit the FAQ for {part}
            """,
            "translation": """
                localise {part} for Taiwan
                a French version of {part}
                {n} pages of the contract on {part} into English # page
                review what the agency delivered for {part} in Spanish
                {n} new texts of {part} need Chinese # string
                make the bilingual guide to {part} | writing
                the Korean customer wrote about {part}, tell us what it says | support
            """,
            "support": """
                {n} people wrote in about {part} since yesterday, get back to them # ticket
                train the new colleague on {part} for the hotline
                someone can't get into {part}, help them
                follow up with those who rated {part} badly
                handle the escalation of our biggest client about {part}
                reproduce what the customer reports about {part} | backend
                run a webinar on {part}
            """,
            "finance": """
                reconcile the bank statement with {part}
                {n} invoices from {part} wait for approval # invoice
                is the contract for {part} worth renewing
                salaries for the team behind {part}
                set up cost centres for {part}
                explain why {part} went over budget | data
                tax return for {part}
            """,
        },
        "zh": {
            "backend": """
                {part}并发高的时候会丢数据，查一下
                拆分{part}的服务
                给{part}提供批量更新的接口
                {part}同步之后删掉的内容又回来了
                校验{part}传进来的参数 | security
            """,
            "frontend": """
                给{part}加深色模式
                {part}的弹窗在手机上关不掉
                {part}首屏加载太慢
                把{part}改成TypeScript
                给{part}的新步骤加动画 | design
            """,
            "data": """
                {part}看板的数和数仓对不上
                给{part}的用户分群
                统计各地区{part}的停留时长
                出{n}份{part}的趋势报告 # report
                建一个发现{part}异常行为的模型 | security
            """,
            "infrastructure": """
                昨晚{part}挂了，复盘并防止再发生
                给{part}做自动扩容
                重装{n}台{part}的机器 # server
                {part}的日志换个能搜索的地方存
                {part}构建太慢，想办法缩短
            """,
            "security": """
                有人把{part}的密码发到群里了，处理一下
                复查{part}的权限设置
                确保用户注销后{part}的数据被删除
                给{part}接入单点登录
                {part}用的老库有漏洞 | backend
            """,
            "design": """
                {part}的视觉风格太旧，提个新方案
                做{n}张{part}引导页 # screen
                简化{part}的布局
                给{part}画线框图
                做{part}推广活动的横幅 | writing
            """,
            "writing": """
                给新同事写{part}的文档
                写{n}页{part}的参考手册 # page
                把{part}的教程改得通俗些
                在官网发布{part}的消息
                写{part}宣传视频的脚本
            """,
            "translation": """
                做{part}的繁体版
                把{n}页{part}的合同译成英文 # page
                审一下外包公司交的{part}西班牙语稿
                {n}条{part}文案要出英文 # string
                韩国客户来信问{part}，看看说了什么 | support
            """,
            "support": """
                昨天起有{n}人来问{part}，逐个回复 # ticket
                帮进不去{part}的用户解决
                回访给{part}打低分的用户
                处理大客户关于{part}的升级投诉
                办一场{part}的线上讲座
            """,
            "finance": """
                对一下{part}的银行流水
                {n}张{part}的发票等审批 # invoice
                {part}的合同值不值得续
                发{part}团队的工资
                说明{part}为什么超预算 | data
            """,
        },
    },
}
